using Gatepost.Storage.Sql;
using System.Runtime.InteropServices;
using Gatepost.Deliveries;
using Gatepost.Events;

namespace Gatepost.Storage.Sqlite;

/// <summary>Row by row, through statements that stay prepared.</summary>
internal sealed class SqliteEventWriter(IDeliveryHandover handover, Epoch epoch, TimeProvider clock) : IEventWriter
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

    public int? Append(WriteSession session, WebhookEvent e)
    {
        var now = clock.GetInstant();
        if (Insert(session, e, now) is not { } seq)
            return null;
        var stored = new StoredEvent(e, seq, new EventBody(e.Payload), now);
        var count = 0;
        foreach (var webhook in FanOutDirectory.Of(session).Read(session.Connection, e.Organization.Seq))
        {
            if (!webhook.Wants(e))
                continue;
            count++;
            if (!webhook.IsActive)
                Skip(session, stored, webhook.Seq);
            else if (epoch.Number > 0 && handover.TryReserve(e.Organization.Seq, webhook.Seq))
                HandOver(session, stored, webhook.Seq);
            else
                LeaveWaiting(session, stored, webhook.Seq);
        }

        return count;
    }

    private static long? Insert(WriteSession session, WebhookEvent e, DateTimeOffset now) => session.Prepare(InsertEvent)
        .Bind(e.Id).Bind(e.Organization.Seq).Bind((long)e.Type).Bind(e.SurveySeq).Bind(e.TicketSeq).Bind(e.Timestamp).Bind(now).BindBlob(e.Payload)
        .RunForKey();

    private void HandOver(WriteSession session, in StoredEvent stored, long webhookSeq)
    {
        var promises = Promises.Of(session, handover);
        promises.Reserved.Add(webhookSeq);
        var id = SortableId.New(stored.At);
        promises.Made.Add(new ClaimedDelivery
        {
            Seq = InsertRow(session, stored, webhookSeq, id, DeliveryStatus.Sending),
            Id = id,
            Epoch = epoch.Number,
            OrganizationSeq = stored.Event.Organization.Seq,
            WebhookSeq = webhookSeq,
            EventSeq = stored.Seq,
            EventType = stored.Event.Type,
            Trigger = AttemptTrigger.Automatic,
            AttemptCount = 0,
            RunAttempts = 0,
            DueAt = stored.At,
            Body = stored.Body,
        });
    }

    private void LeaveWaiting(WriteSession session, StoredEvent stored, long webhookSeq)
    {
        InsertRow(session, stored, webhookSeq, SortableId.New(stored.At), DeliveryStatus.Pending);
        session.AfterCommit(() => handover.Waiting(stored.Event.Organization.Seq, webhookSeq, stored.At));
    }

    private void Skip(WriteSession session, in StoredEvent stored, long webhookSeq)
    {
        InsertRow(session, stored, webhookSeq, SortableId.New(stored.At), DeliveryStatus.Skipped);
        session.Prepare(CountSkipped).Bind(webhookSeq).Run();
    }

    private long InsertRow(WriteSession session, in StoredEvent stored, long webhookSeq, Guid id, DeliveryStatus status) => session.Prepare(InsertDelivery)
        .Bind(id).Bind(stored.Event.Organization.Seq).Bind(webhookSeq).Bind(stored.Seq).Bind((long)stored.Event.Type).Bind((long)status)
        .Bind(status == DeliveryStatus.Skipped ? null : stored.At)
        .Bind(status == DeliveryStatus.Sending ? epoch.Number : null)
        .Bind(stored.At)
        .Bind(status == DeliveryStatus.Skipped ? stored.At : null)
        .RunForKey()!.Value;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct StoredEvent(WebhookEvent Event, long Seq, EventBody Body, DateTimeOffset At);

    /// <summary>What the open transaction will hand over: all of it together, for the writer holds up the lanes once and not per delivery.</summary>
    private sealed class Promises
    {
        public List<long> Reserved { get; } = [];

        public List<ClaimedDelivery> Made { get; } = [];

        public static Promises Of(WriteSession session, IDeliveryHandover handover)
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
