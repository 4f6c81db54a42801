using Dapper;
using Gatepost.Deliveries;
using Gatepost.Webhooks;

namespace Gatepost.Storage.Sql;

/// <summary>
/// Keeps a webhook's failure counter in the transaction that records its attempts, and disables it there. The writer remembers
/// which webhooks are healthy, so that a success after a success costs nothing.
/// </summary>
internal sealed class WebhookHealth(IDeliveryHandover handover, DisablePolicy policy, NotificationWriter notifications)
{
    // The first batch of waiting deliveries is skipped at once; a worker goes on with the rest.
    private const int SkipAtOnce = 1_000;
    private const long TouchEveryMilliseconds = 1_000;

    private const string Succeeded =
        "UPDATE webhooks SET consecutive_failures = 0, failing_since = NULL, last_delivery_at = $now WHERE seq = $webhook";

    private const string Touched = "UPDATE webhooks SET last_delivery_at = $now WHERE seq = $webhook";

    public static void RecordSuccess(WriteSession session, long webhookSeq, DateTimeOffset now)
    {
        var healthy = session.Cache(() => new HealthyWebhooks());
        var milliseconds = now.ToUnixTimeMilliseconds();
        var known = healthy.TouchedAt.TryGetValue(webhookSeq, out var touchedAt);
        if (known && milliseconds - touchedAt < TouchEveryMilliseconds)
            return;
        session.Prepare(known ? Touched : Succeeded).Bind(milliseconds).Bind(webhookSeq).Run();
        healthy.TouchedAt[webhookSeq] = milliseconds;
    }

    /// <summary>Whether the webhook is neither paused, disabled nor deleted.</summary>
    public static bool IsActive(WriteSession session, long webhookSeq) => Read(session, webhookSeq)?.IsActive ?? false;

    /// <summary>Counts one failed automatic attempt; disables the webhook where the policy says so.</summary>
    /// <returns>Whether the webhook is still active.</returns>
    public bool RecordFailure(WriteSession session, long webhookSeq, AttemptResult result, DateTimeOffset now)
    {
        session.Cache(() => new HealthyWebhooks()).TouchedAt.Remove(webhookSeq);
        if (Read(session, webhookSeq) is not { } webhook)
            return false;
        var failures = webhook.ConsecutiveFailures + 1;
        // Attempts that ran at once are not written in the order in which they ended: the failing began with the earliest.
        var since = webhook.FailingSince is { } known && known < now ? known : now;
        session.Connection.Execute(
            "UPDATE webhooks SET consecutive_failures = @failures, failing_since = @since, last_delivery_at = @now WHERE seq = @webhookSeq",
            new { failures, since, now, webhookSeq });
        if (!webhook.IsActive)
            return false;
        if (policy.Decide(failures, since, now, gone: result.Status == 410) is not { } reason)
            return true;
        Disable(session, webhookSeq, webhook.OrganizationSeq, reason, result.Message ?? result.Outcome.ToCode(), now);
        return false;
    }

    private void Disable(WriteSession session, long webhookSeq, long organizationSeq, string reason, string lastError, DateTimeOffset now)
    {
        session.Connection.Execute(
            "UPDATE webhooks SET disabled_at = @now, disabled_reason = @reason, skipped_since = 0, updated_at = @now WHERE seq = @webhookSeq",
            new { now, reason, webhookSeq });
        notifications.AppendDisabled(session, webhookSeq, reason, lastError, now);
        PendingDeliveries.Skip(session, webhookSeq, now, SkipAtOnce);
        session.FanOutChanged(organizationSeq);
        session.AfterCommit(() => handover.WebhookChanged(webhookSeq));
    }

    private static Row? Read(WriteSession session, long webhookSeq) => session.Connection.QueryFirstOrDefault<Row>(
        $"""
        SELECT organization_seq, consecutive_failures, failing_since, (active = 1 AND disabled_at IS NULL) AS is_active
        FROM webhooks WHERE seq = @webhookSeq AND deleted_at IS NULL {session.Connection.ForUpdate}
        """,
        new { webhookSeq });

    private sealed class HealthyWebhooks
    {
        public Dictionary<long, long> TouchedAt { get; } = [];
    }

    private sealed class Row
    {
        public long OrganizationSeq { get; set; }

        public int ConsecutiveFailures { get; set; }

        public DateTimeOffset? FailingSince { get; set; }

        public bool IsActive { get; set; }
    }
}
