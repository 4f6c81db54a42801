using System.Data.Common;
using Dapper;
using Gatepost.Events;
using Gatepost.Notifications;
using Microsoft.Extensions.Options;

namespace Gatepost.Storage.Sql;

/// <summary>Appends notifications to the open transaction, so that one exists exactly when what it tells of happened.</summary>
internal sealed class NotificationWriter(IOptions<SmtpOptions> smtp, IOptions<PublicAddress> address)
{
    // Each part reads one index, and not more of it than can be told: a webhook may have a million deliveries.
    private static string ReadMissed(DbConnection connection) =>
        $"""
        SELECT COUNT(*), MIN(created_at) FROM (
          SELECT * FROM (SELECT seq, created_at FROM deliveries
            WHERE webhook_seq = @webhookSeq AND {connection.Waits} AND resume_status IS NULL ORDER BY {connection.WaitingAt} LIMIT @limit) AS first
          UNION SELECT * FROM (SELECT seq, created_at FROM deliveries
            WHERE webhook_seq = @webhookSeq AND {connection.Waits} AND resume_status IS NULL ORDER BY {connection.WaitingAt} DESC LIMIT @limit) AS last
          UNION SELECT seq, created_at FROM (SELECT * FROM deliveries WHERE {connection.IsSuspected} ORDER BY {connection.WaitingAt} LIMIT @limit) AS suspected
            WHERE webhook_seq = @webhookSeq AND resume_status IS NULL
          UNION SELECT seq, created_at FROM (SELECT * FROM claimed_deliveries LIMIT @limit) AS claimed
            WHERE webhook_seq = @webhookSeq AND trigger NOT IN (1, 3)
          UNION SELECT seq, created_at FROM (SELECT * FROM deliveries
            WHERE organization_seq = @OrganizationSeq AND {connection.IsTroubled("deliveries", 3)} ORDER BY seq DESC LIMIT @limit) AS failed
            WHERE webhook_seq = @webhookSeq AND completed_at >= @FailingSince AND event_type <> @test) AS missed
        """;

    /// <summary>
    /// Tells the organization's admins that the webhook was disabled: a notification, and a mail to each admin where SMTP is on.
    /// Call it once, in the transaction that disables, after the webhook's row was written and before its waiting deliveries are skipped.
    /// </summary>
    /// <param name="reason">One of <see cref="Webhooks.DisableReasons"/>.</param>
    /// <param name="lastError">What the last attempt came to, as a sentence.</param>
    public void AppendDisabled(WriteSession session, long webhookSeq, string reason, string lastError, DateTimeOffset now)
    {
        var webhook = Read(session, webhookSeq);
        var seq = session.Connection.ExecuteScalar<long>(
            """
            INSERT INTO notifications (id, organization_seq, type, webhook_id, reason, title, text, created_at)
            SELECT @id, organization_seq, @type, id, @reason, @Title, @text, @now FROM webhooks WHERE seq = @webhookSeq RETURNING seq
            """,
            new
            {
                id = Guid.CreateVersion7(now),
                type = Notification.WebhookDisabled,
                reason,
                webhook.Title,
                text = webhook.Text(reason, lastError, now, address.Value),
                now,
                webhookSeq,
            });
        // Without SMTP no mail waits: switching it on later must not send the alarms of the past.
        if (smtp.Value.IsOn)
            EnqueueMails(session, webhookSeq, seq, now);
    }

    private static void EnqueueMails(WriteSession session, long webhookSeq, long notificationSeq, DateTimeOffset now) =>
        session.Connection.Execute(
            """
            INSERT INTO notification_mails (notification_seq, recipient, next_attempt_at)
            SELECT @notificationSeq, MIN(email), @now FROM admins
            WHERE organization_seq = (SELECT organization_seq FROM webhooks WHERE seq = @webhookSeq)
            GROUP BY LOWER(email) ORDER BY MIN(seq)
            """,
            new { notificationSeq, webhookSeq, now });

    private static DisabledWebhook Read(WriteSession session, long webhookSeq)
    {
        var (webhook, run) = session.Connection.Query<DisabledWebhook, FailingRun, (DisabledWebhook, FailingRun)>(
            """
            SELECT w.id, s.id AS survey_id, w.name, w.url, w.consecutive_failures, o.name AS organization, w.organization_seq, w.failing_since
            FROM webhooks w JOIN organizations o ON o.seq = w.organization_seq LEFT JOIN surveys s ON s.seq = w.survey_seq WHERE w.seq = @webhookSeq
            """,
            (webhook, run) => (webhook, run),
            new { webhookSeq },
            splitOn: "organization_seq").Single();
        var (missed, since) = session.Connection.QuerySingle<(long, long?)>(
            ReadMissed(session.Connection),
            new { webhookSeq, run.OrganizationSeq, run.FailingSince, test = (int)EventType.WebhookTest, limit = DisabledWebhook.MaxCounted + 1 });
        return webhook with { Missed = missed, MissedSince = since is { } at ? Instant.FromMilliseconds(at) : null };
    }

    private sealed class FailingRun
    {
        public long OrganizationSeq { get; init; }

        public DateTimeOffset? FailingSince { get; init; }
    }
}
