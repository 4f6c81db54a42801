using Dapper;

namespace Gatepost.Storage.Sql;

/// <summary>One step of a recover job, in one transaction: whatever a crash cuts off is done again from the rows.</summary>
internal sealed class ReplayFeed(IDeliveryHandover handover)
{
    private const string Restart =
        """
        UPDATE deliveries SET status = 0, trigger = 2, run_attempts = 0, crash_count = 0, next_attempt_at = @now, completed_at = NULL,
          resume_status = NULL, resume_at = NULL, cancel_requested = 0, replay_seq = @replay
        WHERE seq = @delivery AND status IN (3, 4) AND EXISTS (SELECT 1 FROM events e WHERE e.seq = event_seq AND e.payload IS NOT NULL)
        """;

    /// <returns>Whether anything was put into the queue or is on its way.</returns>
    public bool Feed(WriteSession session, long replay, int window, DateTimeOffset now)
    {
        var connection = session.Connection;
        var job = connection.QueryFirstOrDefault<Job>(
            $"""
            SELECT r.webhook_seq, r.organization_seq, (w.active = 1 AND w.disabled_at IS NULL) AS is_active,
              (SELECT count(*) FROM deliveries WHERE replay_seq = r.seq AND {connection.ReplayStatus} IN (0, 1)) AS on_their_way
            FROM replays r JOIN webhooks w ON w.seq = r.webhook_seq WHERE r.seq = @replay AND r.status = 'running'
            """,
            new { replay });
        // While the webhook is off the job waits: what it put into the queue would only be skipped again.
        if (job is null || !job.IsActive)
            return false;
        var items = connection.Query<long>(
            "DELETE FROM replay_items WHERE replay_seq = @replay AND delivery_seq IN (SELECT delivery_seq FROM replay_items WHERE replay_seq = @replay ORDER BY delivery_seq LIMIT @room) RETURNING delivery_seq",
            new { replay, room = Math.Max(0, window - job.OnTheirWay) }).AsList();
        foreach (var delivery in items)
        {
            if (connection.Execute(Restart, new { now, replay, delivery }) == 0)
                Settle(session, replay, delivery);
        }

        if (items.Count > 0)
            session.AfterCommit(() => handover.Waiting(job.OrganizationSeq, job.WebhookSeq, now));
        else if (job.OnTheirWay == 0)
            Close(session, replay, now);
        return items.Count > 0 || job.OnTheirWay > 0;
    }

    // Something else has settled it since the snapshot: a manual attempt, or retention.
    private static void Settle(WriteSession session, long replay, long delivery) => session.Connection.Execute(
        """
        UPDATE replays SET succeeded = succeeded + (SELECT count(*) FROM deliveries WHERE seq = @delivery AND status = 2),
          failed = failed + 1 - (SELECT count(*) FROM deliveries WHERE seq = @delivery AND status = 2)
        WHERE seq = @replay
        """,
        new { replay, delivery });

    private static void Close(WriteSession session, long replay, DateTimeOffset now) => session.Connection.Execute(
        $"""
        UPDATE replays SET status = 'completed', completed_at = @now,
          succeeded = succeeded + (SELECT count(*) FROM deliveries WHERE replay_seq = @replay AND {session.Connection.ReplayStatus} = 2),
          failed = failed + (SELECT count(*) FROM deliveries WHERE replay_seq = @replay AND {session.Connection.ReplayStatus} IN (3, 4, 5))
        WHERE seq = @replay AND status = 'running'
        """,
        new { replay, now });

    private sealed class Job
    {
        public long WebhookSeq { get; init; }

        public long OrganizationSeq { get; init; }

        public bool IsActive { get; init; }

        public int OnTheirWay { get; init; }
    }
}
