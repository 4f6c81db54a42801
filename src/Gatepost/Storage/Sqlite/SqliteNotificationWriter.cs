using Dapper;
using Gatepost.Notifications;
using Microsoft.Extensions.Options;

namespace Gatepost.Storage.Sqlite;

/// <summary>Appends notifications to the open transaction, so that one exists exactly when what it tells of happened.</summary>
internal sealed class SqliteNotificationWriter(IOptions<SmtpOptions> smtp)
{
    /// <summary>
    /// Tells the organization's admins that the webhook was disabled: a notification, and a mail to each admin where SMTP is on.
    /// Call it once, in the transaction that disables, after the webhook's row was written.
    /// </summary>
    /// <param name="reason">One of <see cref="Webhooks.DisableReasons"/>.</param>
    /// <param name="lastError">What the last attempt came to, as a sentence.</param>
    public void AppendDisabled(SqliteWriteSession session, long webhookSeq, string reason, string lastError, DateTimeOffset now)
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
                text = webhook.Text(reason, lastError, now),
                now,
                webhookSeq,
            });
        // Without SMTP no mail waits: switching it on later must not send the alarms of the past.
        if (smtp.Value.IsOn)
            EnqueueMails(session, webhookSeq, seq, now);
    }

    private static void EnqueueMails(SqliteWriteSession session, long webhookSeq, long notificationSeq, DateTimeOffset now) =>
        session.Connection.Execute(
            """
            INSERT INTO notification_mails (notification_seq, recipient, next_attempt_at)
            SELECT @notificationSeq, MIN(email), @now FROM admins
            WHERE organization_seq = (SELECT organization_seq FROM webhooks WHERE seq = @webhookSeq)
            GROUP BY LOWER(email) ORDER BY MIN(seq)
            """,
            new { notificationSeq, webhookSeq, now });

    // Counts what waits and what the same transaction may have skipped already: right before and after skipping.
    private static DisabledWebhook Read(SqliteWriteSession session, long webhookSeq) => session.Connection.QuerySingle<DisabledWebhook>(
        """
        SELECT w.id, s.id AS survey_id, w.name, w.url, w.consecutive_failures, w.failing_since,
          w.skipped_since + (SELECT COUNT(*) FROM (SELECT 1 FROM deliveries WHERE webhook_seq = w.seq AND status = 0 LIMIT @limit)) AS waiting
        FROM webhooks w LEFT JOIN surveys s ON s.seq = w.survey_seq WHERE w.seq = @webhookSeq
        """,
        new { webhookSeq, limit = DisabledWebhook.MaxCounted + 1 });
}
