using Dapper;

namespace Gatepost.Storage.Sql;

/// <summary>What happens to waiting deliveries when their webhook stops being active.</summary>
internal static class PendingDeliveries
{
    /// <summary>
    /// Turns up to <paramref name="limit"/> waiting deliveries of the webhook to skipped (manual attempts stay: they are made
    /// while the webhook is off too). Call it in the transaction that pauses or disables; a worker goes on with the rest.
    /// </summary>
    /// <returns>How many were skipped.</returns>
    public static int Skip(WriteSession session, long webhookSeq, DateTimeOffset now, int limit)
    {
        var skipped = session.Connection.Execute(
            $"""
            UPDATE deliveries SET status = 4, next_attempt_at = NULL, completed_at = @now
            WHERE seq IN (SELECT seq FROM deliveries WHERE webhook_seq = @webhookSeq AND {session.Connection.Waits} AND resume_status IS NULL LIMIT @limit)
            """,
            new { webhookSeq, now, limit });
        if (skipped > 0)
            session.Connection.Execute("UPDATE webhooks SET skipped_since = skipped_since + @skipped WHERE seq = @webhookSeq", new { skipped, webhookSeq });
        return skipped;
    }
}
