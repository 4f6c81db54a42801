using System.Runtime.InteropServices;
using Gatepost.Deliveries;
using Gatepost.Events;
using Gatepost.Storage.Sql;

namespace Gatepost.Storage.Sqlite;

/// <summary>Event by event, through statements that stay prepared.</summary>
internal sealed class SqliteEventWriter(IDeliveryHandover handover, Epoch epoch, TimeProvider clock) : IEventWriter
{
    private const int RowsAtOnce = 16;

    private const string InsertEvent =
        """
        INSERT INTO events (id, organization_seq, type, survey_seq, ticket_seq, timestamp, created_at, payload)
        VALUES ($id, $organization, $type, $survey, $ticket, $timestamp, $now, $payload)
        ON CONFLICT (id, organization_seq) DO NOTHING
        """;

    private const string CountSkipped = "UPDATE webhooks SET skipped_since = skipped_since + 1 WHERE seq = $webhook";

    private const string InsertHandover = "INSERT INTO handovers (first_seq, last_seq) VALUES ($first, $last)";

    // By the number of rows: what a statement costs before its first row is as much as a row. OR FAIL: whoever fails here rolls back all, so
    // SQLite need not keep what the pages were before the statement.
    private static readonly string[] InsertDeliveries = [.. Enumerable.Range(0, RowsAtOnce + 1).Select(InsertRows)];

    private static string InsertRows(int rows) =>
        $"""
        INSERT OR FAIL INTO deliveries (id, organization_seq, webhook_seq, event_seq, event_type, status, trigger, next_attempt_at, epoch, handed_over, created_at, completed_at)
        VALUES {string.Join(", ", Enumerable.Repeat("(?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)", rows))}
        """;

    public int? Append(WriteSession session, WebhookEvent e)
    {
        var now = clock.GetInstant();
        if (Insert(session, e, now) is not { } seq)
            return null;
        var stored = new StoredEvent(e, seq, new EventBody(e.Payload), now);
        var promises = Promises.Of((SqliteWriteSession)session, handover);
        var rows = promises.Rows;
        rows.Clear();
        foreach (var webhook in FanOutDirectory.Of(session).Read(session.Connection, e.Organization.Seq))
        {
            if (webhook.Wants(e))
                rows.Add(new NewDelivery(SortableId.New(now), webhook.Seq, StatusOf(stored, webhook, promises)));
        }

        for (var first = 0; first < rows.Count; first += RowsAtOnce)
            InsertDeliveriesOf(session, stored, CollectionsMarshal.AsSpan(rows)[first..Math.Min(first + RowsAtOnce, rows.Count)], promises);
        return rows.Count;
    }

    private static long? Insert(WriteSession session, WebhookEvent e, DateTimeOffset now) => session.Prepare(InsertEvent)
        .Bind(e.Id).Bind(e.Organization.Seq).Bind((long)e.Type).Bind(e.SurveySeq).Bind(e.TicketSeq).Bind(e.Timestamp).Bind(now).BindBlob(e.Payload)
        .RunForKey();

    private DeliveryStatus StatusOf(in StoredEvent stored, FanOutDirectory.Entry webhook, Promises promises)
    {
        if (!webhook.IsActive)
            return DeliveryStatus.Skipped;
        if (epoch.Number == 0 || !handover.TryReserve(stored.Event.Organization.Seq, webhook.Seq))
            return DeliveryStatus.Pending;
        promises.Reserved.Add(webhook.Seq);
        return DeliveryStatus.Sending;
    }

    private void InsertDeliveriesOf(WriteSession session, StoredEvent stored, ReadOnlySpan<NewDelivery> rows, Promises promises)
    {
        var statement = session.Prepare(InsertDeliveries[rows.Length]);
        foreach (var row in rows)
            Bind(statement, stored, row);
        // One after another, in this order: there is no other writer.
        var seq = statement.RunForKey()!.Value - rows.Length;
        foreach (var row in rows)
        {
            seq++;
            if (row.Status == DeliveryStatus.Sending)
                promises.Made.Add(Claimed(stored, row, seq));
            else if (row.Status == DeliveryStatus.Skipped)
                session.Prepare(CountSkipped).Bind(row.WebhookSeq).Run();
            else
                TellWaiting(session, stored.Event.Organization.Seq, row.WebhookSeq, stored.At);
        }
    }

    private void Bind(Statement statement, in StoredEvent stored, in NewDelivery row)
    {
        var (isSending, isSkipped) = (row.Status == DeliveryStatus.Sending, row.Status == DeliveryStatus.Skipped);
        statement.Bind(row.Id).Bind(stored.Event.Organization.Seq).Bind(row.WebhookSeq).Bind(stored.Seq).Bind((long)stored.Event.Type).Bind((long)row.Status)
            .Bind(isSkipped ? null : stored.At).Bind(isSending ? epoch.Number : null).Bind(isSending).Bind(stored.At).Bind(isSkipped ? stored.At : null);
    }

    private void TellWaiting(WriteSession session, long organization, long webhook, DateTimeOffset due) =>
        session.AfterCommit(() => handover.Waiting(organization, webhook, due));

    private ClaimedDelivery Claimed(in StoredEvent stored, in NewDelivery row, long seq) => new()
    {
        Seq = seq,
        Id = row.Id,
        Epoch = epoch.Number,
        OrganizationSeq = stored.Event.Organization.Seq,
        WebhookSeq = row.WebhookSeq,
        EventSeq = stored.Seq,
        EventType = stored.Event.Type,
        Trigger = AttemptTrigger.Automatic,
        AttemptCount = 0,
        RunAttempts = 0,
        DueAt = stored.At,
        Body = stored.Body,
    };

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct StoredEvent(WebhookEvent Event, long Seq, EventBody Body, DateTimeOffset At);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct NewDelivery(Guid Id, long WebhookSeq, DeliveryStatus Status);

    /// <summary>What the open transaction will hand over: all of it together, for the writer holds up the lanes once and not per delivery.</summary>
    private sealed class Promises
    {
        private bool isOpen;

        public List<long> Reserved { get; } = [];

        public List<ClaimedDelivery> Made { get; } = [];

        /// <summary>Of the event that is being written.</summary>
        public List<NewDelivery> Rows { get; } = [];

        public static Promises Of(SqliteWriteSession session, IDeliveryHandover handover)
        {
            var promises = session.Cache(() => new Promises());
            if (!promises.isOpen)
            {
                promises.isOpen = true;
                session.BeforeCommit(() => promises.WriteDown(session));
                session.AfterCommit(() => promises.Keep(handover));
                session.AfterRollback(() => promises.Break(handover));
            }

            return promises;
        }

        // In place of an index entry for each: see migration 4.
        private void WriteDown(SqliteWriteSession session)
        {
            if (Made.Count > 0)
                session.Prepare(InsertHandover).Bind(Made[0].Seq).Bind(Made[^1].Seq).Run();
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
            isOpen = false;
            Reserved.Clear();
            Made.Clear();
        }
    }
}
