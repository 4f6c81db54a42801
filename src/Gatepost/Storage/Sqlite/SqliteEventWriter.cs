using System.Runtime.InteropServices;
using Gatepost.Deliveries;
using Gatepost.Events;

namespace Gatepost.Storage.Sqlite;

/// <summary>
/// Appends an event and one delivery per subscribed webhook to the open transaction. Every change of the platform's
/// facts that raises events calls this in its own transaction, so both are durable together or not at all.
/// </summary>
internal sealed class SqliteEventWriter(IDeliveryHandover handover, Epoch epoch, TimeProvider clock)
{
    private const string InsertEvent =
        """
        INSERT INTO events (id, organization_seq, type, survey_seq, ticket_seq, timestamp, created_at, payload)
        VALUES ($id, $organization, $type, $survey, $ticket, $timestamp, $now, $payload)
        ON CONFLICT (id, organization_seq) DO NOTHING
        """;

    private const string InsertDelivery =
        """
        INSERT INTO deliveries (id, organization_seq, webhook_seq, event_seq, event_type, status, trigger, next_attempt_at, epoch, created_at, completed_at)
        VALUES ($id, $organization, $webhook, $event, $type, $status, 0, $next, $epoch, $now, $completed)
        """;

    private const string CountSkipped = "UPDATE webhooks SET skipped_since = skipped_since + 1 WHERE seq = $webhook";

    /// <returns>How many deliveries were made (active and skipped), or null when the organization already has this event id.</returns>
    public int? Append(SqliteWriteSession session, WebhookEvent e)
    {
        var now = clock.GetInstant();
        var eventSeq = Insert(session, e, now);
        if (eventSeq is null)
            return null;
        var count = 0;
        foreach (var webhook in FanOutDirectory.Of(session).Read(session.Connection, e.Organization.Seq))
        {
            if (!webhook.Wants(e))
                continue;
            count++;
            if (!webhook.IsActive)
                Skip(session, e, eventSeq.Value, webhook.Seq, now);
            else if (epoch.Number > 0 && handover.TryReserve(e.Organization.Seq, webhook.Seq))
                HandOver(session, e, eventSeq.Value, webhook.Seq, now);
            else
                LeaveWaiting(session, e, eventSeq.Value, webhook.Seq, now);
        }

        return count;
    }

    private static long? Insert(SqliteWriteSession session, WebhookEvent e, DateTimeOffset now) => session.Prepare(InsertEvent)
        .Bind(e.Id).Bind(e.Organization.Seq).Bind((long)e.Type).Bind(e.SurveySeq).Bind(e.TicketSeq).Bind(e.Timestamp).Bind(now).BindBlob(e.Payload)
        .RunForKey();

    private void HandOver(SqliteWriteSession session, WebhookEvent e, long eventSeq, long webhookSeq, DateTimeOffset now)
    {
        var promises = Promises.Of(session, handover);
        promises.Reserved.Add(webhookSeq);
        var id = SortableId.New(now);
        var seq = InsertRow(session, e, eventSeq, webhookSeq, id, now, DeliveryStatus.Sending);
        promises.Made.Add(new ClaimedDelivery
        {
            Seq = seq,
            Id = id,
            OrganizationSeq = e.Organization.Seq,
            WebhookSeq = webhookSeq,
            EventSeq = eventSeq,
            EventType = e.Type,
            Trigger = AttemptTrigger.Automatic,
            AttemptCount = 0,
            RunAttempts = 0,
            DueAt = now,
            Payload = e.Payload,
        });
    }

    private void LeaveWaiting(SqliteWriteSession session, WebhookEvent e, long eventSeq, long webhookSeq, DateTimeOffset now)
    {
        InsertRow(session, e, eventSeq, webhookSeq, SortableId.New(now), now, DeliveryStatus.Pending);
        session.AfterCommit(() => handover.Waiting(e.Organization.Seq, webhookSeq, now));
    }

    private void Skip(SqliteWriteSession session, WebhookEvent e, long eventSeq, long webhookSeq, DateTimeOffset now)
    {
        InsertRow(session, e, eventSeq, webhookSeq, SortableId.New(now), now, DeliveryStatus.Skipped);
        session.Prepare(CountSkipped).Bind(webhookSeq).Run();
    }

    private long InsertRow(
        SqliteWriteSession session, WebhookEvent e, long eventSeq, long webhookSeq, Guid id, DateTimeOffset now, DeliveryStatus status) => session.Prepare(InsertDelivery)
        .Bind(id).Bind(e.Organization.Seq).Bind(webhookSeq).Bind(eventSeq).Bind((long)e.Type).Bind((long)status)
        .Bind(status == DeliveryStatus.Skipped ? null : now)
        .Bind(status == DeliveryStatus.Sending ? epoch.Number : null)
        .Bind(now)
        .Bind(status == DeliveryStatus.Skipped ? now : null)
        .RunForKey()!.Value;

    /// <summary>What the open transaction will hand over: all of it together, for the writer holds up the lanes once and not per delivery.</summary>
    private sealed class Promises
    {
        public List<long> Reserved { get; } = [];

        public List<ClaimedDelivery> Made { get; } = [];

        public static Promises Of(SqliteWriteSession session, IDeliveryHandover handover)
        {
            var promises = session.Cache(() => new Promises());
            if (promises.Reserved.Count == 0)
            {
                session.AfterCommit(() => promises.Keep(handover));
                session.AfterRollback(() => promises.Break(handover));
            }

            return promises;
        }

        private void Keep(IDeliveryHandover handover)
        {
            handover.HandOver(CollectionsMarshal.AsSpan(Made));
            Clear();
        }

        private void Break(IDeliveryHandover handover)
        {
            foreach (var webhook in Reserved)
                handover.Release(webhook);
            Clear();
        }

        private void Clear()
        {
            Reserved.Clear();
            Made.Clear();
        }
    }
}
