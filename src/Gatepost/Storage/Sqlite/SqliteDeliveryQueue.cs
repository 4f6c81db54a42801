using Gatepost.Deliveries;
using Gatepost.Events;
using Gatepost.Storage.Sql;

namespace Gatepost.Storage.Sqlite;

/// <summary>The engine's side of deliveries in the file.</summary>
internal sealed class SqliteDeliveryQueue(
    Database database, SqliteAttemptRecorder recorder, IDeliveryHandover handover, Epoch epoch, TimeProvider clock)
    : DeliveryQueue(database, handover, clock)
{
    private const string ClaimDue =
        """
        UPDATE deliveries SET status = 1, epoch = $epoch, handed_over = 0
        WHERE seq IN (SELECT seq FROM deliveries WHERE webhook_seq = $webhook AND status = 0 AND crash_count = 0 AND next_attempt_at <= $now
          ORDER BY next_attempt_at LIMIT $room)
        RETURNING seq, id, organization_seq, webhook_seq, event_seq, event_type, trigger, attempt_count, run_attempts, crash_count, next_attempt_at
        """;

    private const string ClaimSuspect =
        """
        UPDATE deliveries SET status = 1, epoch = $epoch, handed_over = 0
        WHERE seq = (SELECT seq FROM deliveries WHERE status = 0 AND crash_count > 0 AND next_attempt_at <= $now ORDER BY next_attempt_at LIMIT 1)
        RETURNING seq, id, organization_seq, webhook_seq, event_seq, event_type, trigger, attempt_count, run_attempts, crash_count, next_attempt_at
        """;

    private const string NextDue =
        "SELECT min(next_attempt_at) FROM deliveries WHERE webhook_seq = $webhook AND status = 0 AND crash_count = 0";

    private const string ReadPayload = "SELECT payload FROM events WHERE seq = $seq";

    public override Task<IReadOnlyList<LaneClaim>> ClaimDueAsync(
        IReadOnlyList<(long WebhookSeq, int Room)> lanes, DateTimeOffset now, CancellationToken cancellation) =>
        Database.WriteAsync(
            session =>
            {
                // Webhooks of one organization share events: one copy of a body serves all that are claimed together.
                var bodies = new Dictionary<long, EventBody?>();
                return (IReadOnlyList<LaneClaim>)lanes.Select(l => Claim(session, l.WebhookSeq, l.Room, now, bodies)).ToList();
            },
            cancellation);

    public override Task<ClaimedDelivery?> ClaimSuspectAsync(DateTimeOffset now, CancellationToken cancellation) => Database.WriteAsync(
        session =>
        {
            return ReadClaimed(session, session.Prepare(ClaimSuspect).Bind(epoch.Number).Bind(now), []).FirstOrDefault();
        },
        cancellation);

    public override Task RecordAsync(IReadOnlyList<AttemptRecord> records, CancellationToken cancellation) => Database.WriteAsync(
        session => recorder.Record(session, records),
        cancellation,
        records.Count);

    private LaneClaim Claim(WriteSession session, long webhookSeq, int room, DateTimeOffset now, Dictionary<long, EventBody?> bodies)
    {
        var claimed = ReadClaimed(session, session.Prepare(ClaimDue).Bind(epoch.Number).Bind(webhookSeq).Bind(now).Bind(room), bodies);
        claimed.Sort((a, b) => a.DueAt != b.DueAt ? a.DueAt.CompareTo(b.DueAt) : a.Seq.CompareTo(b.Seq));
        var next = session.Prepare(NextDue).Bind(webhookSeq).RunForNumber();
        return new LaneClaim(webhookSeq, claimed, next is { } due ? Instant.FromMilliseconds(due) : null);
    }

    private List<ClaimedDelivery> ReadClaimed(WriteSession session, Statement rows, Dictionary<long, EventBody?> bodies)
    {
        var claimed = new List<ClaimedDelivery>();
        try
        {
            while (rows.Step())
                claimed.Add(Map(rows));
        }
        finally
        {
            rows.Reset();
        }

        var payload = session.Prepare(ReadPayload);
        foreach (var delivery in claimed)
        {
            if (!bodies.TryGetValue(delivery.EventSeq, out var body))
            {
                var kept = payload.Bind(delivery.EventSeq).Step() && !payload.IsNull(0);
                bodies[delivery.EventSeq] = body = kept ? new EventBody(payload.Blob(0).ToArray()) : null;
                payload.Reset();
            }

            delivery.Body = body;
        }

        return claimed;
    }

    private ClaimedDelivery Map(Statement row) => new()
    {
        Epoch = epoch.Number,
        Seq = row.Number(0),
        Id = row.Id(1),
        OrganizationSeq = row.Number(2),
        WebhookSeq = row.Number(3),
        EventSeq = row.Number(4),
        EventType = (EventType)row.Number(5),
        Trigger = (AttemptTrigger)row.Number(6),
        AttemptCount = (int)row.Number(7),
        RunAttempts = (int)row.Number(8),
        CrashCount = (int)row.Number(9),
        DueAt = row.Instant(10),
    };
}
