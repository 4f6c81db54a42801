using Dapper;
using Gatepost.Deliveries;
using Gatepost.Events;
using Microsoft.Data.Sqlite;

namespace Gatepost.Storage.Sqlite;

/// <summary>The engine's side of deliveries in the file.</summary>
internal sealed class SqliteDeliveryQueue(
    SqliteDatabase database, SqliteAttemptRecorder recorder, IDeliveryHandover handover, Epoch epoch, TimeProvider clock) : IDeliveryQueue
{
    private const string ClaimDue =
        """
        UPDATE deliveries SET status = 1, epoch = $epoch
        WHERE seq IN (SELECT seq FROM deliveries WHERE webhook_seq = $webhook AND status = 0 AND crash_count = 0 AND next_attempt_at <= $now
          ORDER BY next_attempt_at LIMIT $room)
        RETURNING seq, id, organization_seq, webhook_seq, event_seq, event_type, trigger, attempt_count, run_attempts, crash_count, next_attempt_at
        """;

    private const string ClaimSuspect =
        """
        UPDATE deliveries SET status = 1, epoch = $epoch
        WHERE seq = (SELECT seq FROM deliveries WHERE status = 0 AND crash_count > 0 AND next_attempt_at <= $now ORDER BY next_attempt_at LIMIT 1)
        RETURNING seq, id, organization_seq, webhook_seq, event_seq, event_type, trigger, attempt_count, run_attempts, crash_count, next_attempt_at
        """;

    private const string NextDue =
        "SELECT min(next_attempt_at) FROM deliveries WHERE webhook_seq = $webhook AND status = 0 AND crash_count = 0";

    private const string ReadPayload = "SELECT payload FROM events WHERE seq = $seq";

    public Task<IReadOnlyList<WaitingLane>> ReadWaitingAsync(CancellationToken cancellation) =>
        // A loose index scan: one seek per webhook that has waiting deliveries, however many those are.
        database.ReadAsync(
            connection => (IReadOnlyList<WaitingLane>)connection.Query<(long, long, long)>(
                """
                WITH RECURSIVE lanes (webhook) AS (
                  SELECT min(webhook_seq) FROM deliveries WHERE status = 0 AND crash_count = 0
                  UNION ALL
                  SELECT (SELECT min(webhook_seq) FROM deliveries WHERE status = 0 AND crash_count = 0 AND webhook_seq > lanes.webhook)
                  FROM lanes WHERE lanes.webhook IS NOT NULL
                )
                SELECT w.organization_seq, w.seq,
                  (SELECT min(next_attempt_at) FROM deliveries WHERE webhook_seq = w.seq AND status = 0 AND crash_count = 0)
                FROM lanes JOIN webhooks w ON w.seq = lanes.webhook AND w.deleted_at IS NULL
                """).Select(r => new WaitingLane(r.Item1, r.Item2, Instant.FromMilliseconds(r.Item3))).ToList(),
            cancellation);

    public Task<IReadOnlyList<LaneClaim>> ClaimDueAsync(
        IReadOnlyList<(long WebhookSeq, int Room)> lanes, DateTimeOffset now, CancellationToken cancellation) =>
        database.WriteAsync(
            session =>
            {
                // Webhooks of one organization share events: one copy of a body serves all that are claimed together.
                var bodies = new Dictionary<long, EventBody?>();
                return (IReadOnlyList<LaneClaim>)lanes.Select(l => Claim(session, l.WebhookSeq, l.Room, now, bodies)).ToList();
            },
            cancellation);

    public Task<ClaimedDelivery?> ClaimSuspectAsync(DateTimeOffset now, CancellationToken cancellation) => database.WriteAsync(
        session =>
        {
            return ReadClaimed(session, session.Prepare(ClaimSuspect).Bind(epoch.Number).Bind(now), []).FirstOrDefault();
        },
        cancellation);

    public Task<byte[]?> ReadPayloadAsync(long eventSeq, CancellationToken cancellation) => database.ReadAsync(
        connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = ReadPayload;
            command.Parameters.AddWithValue("$seq", eventSeq);
            return command.ExecuteScalar() as byte[];
        },
        cancellation);

    public Task RecordAsync(IReadOnlyList<AttemptRecord> records, CancellationToken cancellation) => database.WriteAsync(
        session =>
        {
            foreach (var record in records)
                recorder.Record(session, record);
        },
        cancellation,
        records.Count);

    public Task SkipAsync(ClaimedDelivery delivery, CancellationToken cancellation) => database.WriteAsync(
        session =>
        {
            var skipped = session.Connection.Execute(
                """
                UPDATE deliveries SET status = iif(cancel_requested, 5, 4), epoch = NULL, next_attempt_at = NULL, completed_at = @now, cancel_requested = 0
                WHERE seq = @Seq AND epoch = @Number AND status = 1
                """,
                new { delivery.Seq, epoch.Number, now = clock.GetInstant() });
            if (skipped > 0)
                session.Connection.Execute("UPDATE webhooks SET skipped_since = skipped_since + 1 WHERE seq = @WebhookSeq", new { delivery.WebhookSeq });
        },
        cancellation);

    public Task FailAsync(ClaimedDelivery delivery, AttemptOutcome outcome, CancellationToken cancellation) => database.WriteAsync(
        session => session.Connection.Execute(
            """
            UPDATE deliveries SET status = 3, epoch = NULL, next_attempt_at = NULL, completed_at = @now, last_outcome = @outcome, last_status_code = NULL,
              resume_status = NULL, resume_at = NULL, cancel_requested = 0
            WHERE seq = @Seq AND epoch = @Number AND status = 1
            """,
            new { delivery.Seq, epoch.Number, now = clock.GetInstant(), outcome = (int)outcome }),
        cancellation);

    public Task GiveBackAsync(ClaimedDelivery delivery, DateTimeOffset dueAt, CancellationToken cancellation) => database.WriteAsync(
        session =>
        {
            var given = session.Connection.Execute(
                "UPDATE deliveries SET status = 0, epoch = NULL, next_attempt_at = @dueAt WHERE seq = @Seq AND epoch = @Number AND status = 1",
                new { delivery.Seq, epoch.Number, dueAt });
            if (given > 0)
                session.AfterCommit(() => handover.Waiting(delivery.OrganizationSeq, delivery.WebhookSeq, dueAt));
        },
        cancellation);

    public Task RefuseAsync(ClaimedDelivery delivery, AttemptOutcome outcome, DateTimeOffset dueAt, CancellationToken cancellation) => database.WriteAsync(
        session =>
        {
            var waits = session.Connection.ExecuteScalar<long?>(
                """
                UPDATE deliveries SET status = CASE WHEN trigger = 3 THEN 3 WHEN trigger = 1 AND coalesce(resume_status, 3) <> 0 THEN coalesce(resume_status, 3)
                    WHEN cancel_requested THEN 5 ELSE 0 END,
                  next_attempt_at = CASE WHEN trigger = 3 OR cancel_requested OR (trigger = 1 AND coalesce(resume_status, 3) <> 0) THEN NULL
                    WHEN trigger = 1 THEN coalesce(resume_at, @dueAt) ELSE @dueAt END,
                  trigger = iif(trigger = 1, 0, trigger), completed_at = iif(trigger = 3 OR cancel_requested, @now, completed_at), epoch = NULL, resume_status = NULL, resume_at = NULL,
                  cancel_requested = 0, last_outcome = @outcome, last_status_code = NULL
                WHERE seq = @Seq AND epoch = @Number AND status = 1 RETURNING next_attempt_at
                """,
                new { delivery.Seq, epoch.Number, dueAt, now = clock.GetInstant(), outcome = (int)outcome });
            if (waits is { } due)
                session.AfterCommit(() => handover.Waiting(delivery.OrganizationSeq, delivery.WebhookSeq, Instant.FromMilliseconds(due)));
        },
        cancellation);

    public Task<int> SkipWaitingAsync(long webhookSeq, int limit, CancellationToken cancellation) => database.WriteAsync(
        session => SqliteWebhookHealth.IsActive(session, webhookSeq) ? 0 : SqlitePendingDeliveries.Skip(session, webhookSeq, clock.GetInstant(), limit),
        cancellation);

    // Without manual attempts: their due time is 0, which is no instant.
    public Task<DateTimeOffset?> ReadOldestDueAsync(DateTimeOffset now, CancellationToken cancellation) => database.ReadAsync(
        connection => connection.ExecuteScalar<long?>(
            """
            WITH RECURSIVE lanes (webhook) AS (
              SELECT min(webhook_seq) FROM deliveries WHERE status = 0 AND crash_count = 0
              UNION ALL
              SELECT (SELECT min(webhook_seq) FROM deliveries WHERE status = 0 AND crash_count = 0 AND webhook_seq > lanes.webhook)
              FROM lanes WHERE lanes.webhook IS NOT NULL
            )
            SELECT min(due) FROM (
              SELECT (SELECT min(next_attempt_at) FROM deliveries WHERE webhook_seq = lanes.webhook AND status = 0 AND crash_count = 0 AND next_attempt_at > 0) AS due
              FROM lanes WHERE lanes.webhook IS NOT NULL
              UNION ALL SELECT min(next_attempt_at) FROM deliveries WHERE status = 0 AND crash_count > 0)
            WHERE due <= @now
            """,
            new { now }) is { } due ? Instant.FromMilliseconds(due) : (DateTimeOffset?)null,
        cancellation);

    private LaneClaim Claim(SqliteWriteSession session, long webhookSeq, int room, DateTimeOffset now, Dictionary<long, EventBody?> bodies)
    {
        var claimed = ReadClaimed(session, session.Prepare(ClaimDue).Bind(epoch.Number).Bind(webhookSeq).Bind(now).Bind(room), bodies);
        claimed.Sort((a, b) => a.DueAt != b.DueAt ? a.DueAt.CompareTo(b.DueAt) : a.Seq.CompareTo(b.Seq));
        var next = session.Prepare(NextDue).Bind(webhookSeq).RunForNumber();
        return new LaneClaim(webhookSeq, claimed, next is { } due ? Instant.FromMilliseconds(due) : null);
    }

    private static List<ClaimedDelivery> ReadClaimed(SqliteWriteSession session, SqliteStatement rows, Dictionary<long, EventBody?> bodies)
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

    private static ClaimedDelivery Map(SqliteStatement row) => new()
    {
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
