using System.Data.Common;
using Dapper;
using Gatepost.Deliveries;

namespace Gatepost.Storage.Sql;

/// <summary>The engine's side of deliveries: what is rare is the same in both databases, what is frequent each does its own way.</summary>
internal abstract class DeliveryQueue(Database database, IDeliveryHandover handover, TimeProvider clock) : IDeliveryQueue
{
    /// <summary>A loose index scan: one seek per webhook that has waiting deliveries, however many those are.</summary>
    private static string WaitingLanes(DbConnection connection) =>
        $"""
        WITH RECURSIVE lanes (webhook) AS (
          SELECT min(webhook_seq) FROM deliveries WHERE {connection.Waits}
          UNION ALL
          SELECT (SELECT min(webhook_seq) FROM deliveries WHERE {connection.Waits} AND webhook_seq > lanes.webhook)
          FROM lanes WHERE lanes.webhook IS NOT NULL
        )
        """;

    protected Database Database => database;

    public virtual Task<IReadOnlyList<WaitingLane>> ReadWaitingAsync(CancellationToken cancellation) => database.ReadAsync(
        connection => (IReadOnlyList<WaitingLane>)connection.Query<(long, long, long)>(
            $"""
            {WaitingLanes(connection)}
            SELECT w.organization_seq, w.seq,
              (SELECT min({connection.WaitingAt}) FROM deliveries WHERE webhook_seq = w.seq AND {connection.Waits})
            FROM lanes JOIN webhooks w ON w.seq = lanes.webhook AND w.deleted_at IS NULL
            """).Select(r => new WaitingLane(r.Item1, r.Item2, Instant.FromMilliseconds(r.Item3))).ToList(),
        cancellation);

    public abstract Task<IReadOnlyList<LaneClaim>> ClaimDueAsync(
        IReadOnlyList<(long WebhookSeq, int Room)> lanes, DateTimeOffset now, CancellationToken cancellation);

    public abstract Task<ClaimedDelivery?> ClaimSuspectAsync(DateTimeOffset now, CancellationToken cancellation);

    public virtual TimeSpan Linger => TimeSpan.Zero;

    public abstract Task RecordAsync(IReadOnlyList<AttemptRecord> records, CancellationToken cancellation);

    public Task<byte[]?> ReadPayloadAsync(long eventSeq, CancellationToken cancellation) => database.ReadAsync(
        connection => connection.ExecuteScalar<byte[]?>("SELECT payload FROM events WHERE seq = @eventSeq", new { eventSeq }), cancellation);

    public Task SkipAsync(ClaimedDelivery delivery, CancellationToken cancellation) => database.WriteAsync(
        session =>
        {
            var claim = new { delivery.Seq, delivery.Epoch, now = clock.GetInstant() };
            var skipped = session.Connection.Execute(
                """
                UPDATE deliveries SET status = 4, epoch = NULL, next_attempt_at = NULL, completed_at = @now
                WHERE seq = @Seq AND epoch = @Epoch AND status = 1 AND cancel_requested = 0
                """,
                claim);
            if (skipped == 0)
                GiveBack(session, delivery, clock.GetInstant());
            else
                session.Connection.Execute("UPDATE webhooks SET skipped_since = skipped_since + 1 WHERE seq = @WebhookSeq", new { delivery.WebhookSeq });
        },
        cancellation);

    public Task CancelAsync(IReadOnlyList<ClaimedDelivery> deliveries, CancellationToken cancellation) => database.WriteAsync(
        session =>
        {
            // One that was set going again since waits again: its lane has let go of it.
            foreach (var delivery in deliveries.OrderBy(d => d.Seq))
                GiveBack(session, delivery, delivery.DueAt);
        },
        cancellation);

    public Task FailAsync(ClaimedDelivery delivery, AttemptOutcome outcome, CancellationToken cancellation) => database.WriteAsync(
        session => session.Connection.Execute(
            """
            UPDATE deliveries SET status = 3, epoch = NULL, next_attempt_at = NULL, completed_at = @now, last_outcome = @outcome, last_status_code = NULL,
              resume_status = NULL, resume_at = NULL, cancel_requested = 0
            WHERE seq = @Seq AND epoch = @Epoch AND status = 1
            """,
            new { delivery.Seq, delivery.Epoch, now = clock.GetInstant(), outcome = (int)outcome }),
        cancellation);

    public Task GiveBackAsync(ClaimedDelivery delivery, DateTimeOffset dueAt, CancellationToken cancellation) => database.WriteAsync(
        session => GiveBack(session, delivery, dueAt), cancellation);

    // Waits again until then; or, when its cancellation was asked for, becomes what a canceled delivery becomes.
    private void GiveBack(WriteSession session, ClaimedDelivery delivery, DateTimeOffset dueAt)
    {
        var status = session.Connection.ExecuteScalar<long?>(
            $"""
            UPDATE deliveries SET status = CASE WHEN cancel_requested = 1 THEN {Cancellation.Status} ELSE 0 END, epoch = NULL,
              next_attempt_at = CASE WHEN cancel_requested = 1 THEN NULL ELSE @dueAt END,
              completed_at = CASE WHEN cancel_requested = 1 THEN coalesce(completed_at, @now) ELSE completed_at END,
              trigger = CASE WHEN cancel_requested = 1 AND trigger = 1 THEN 0 ELSE trigger END,
              resume_status = CASE WHEN cancel_requested = 1 THEN NULL ELSE resume_status END,
              resume_at = CASE WHEN cancel_requested = 1 THEN NULL ELSE resume_at END, cancel_requested = 0
            WHERE seq = @Seq AND epoch = @Epoch AND status = 1 RETURNING status
            """,
            new { delivery.Seq, delivery.Epoch, dueAt, now = clock.GetInstant() });
        if (status == (long)DeliveryStatus.Pending)
            session.AfterCommit(() => handover.Waiting(delivery.OrganizationSeq, delivery.WebhookSeq, dueAt));
    }

    public Task RefuseAsync(ClaimedDelivery delivery, AttemptOutcome outcome, DateTimeOffset dueAt, CancellationToken cancellation) => database.WriteAsync(
        session =>
        {
            var waits = session.Connection.ExecuteScalar<long?>(
                $"""
                UPDATE deliveries SET status = CASE WHEN trigger = 3 THEN 3 WHEN trigger = 1 AND coalesce(resume_status, 3) <> 0 THEN coalesce(resume_status, 3)
                    WHEN cancel_requested = 1 THEN {Cancellation.Status} ELSE 0 END,
                  next_attempt_at = CASE WHEN trigger = 3 OR cancel_requested = 1 OR (trigger = 1 AND coalesce(resume_status, 3) <> 0) THEN NULL
                    WHEN trigger = 1 THEN coalesce(resume_at, @dueAt) ELSE @dueAt END,
                  trigger = CASE WHEN trigger = 1 THEN 0 ELSE trigger END, completed_at = CASE WHEN trigger = 3 OR cancel_requested = 1 THEN @now ELSE completed_at END, epoch = NULL, resume_status = NULL, resume_at = NULL,
                  cancel_requested = 0, last_outcome = @outcome, last_status_code = NULL
                WHERE seq = @Seq AND epoch = @Epoch AND status = 1 RETURNING next_attempt_at
                """,
                new { delivery.Seq, delivery.Epoch, dueAt, now = clock.GetInstant(), outcome = (int)outcome });
            if (waits is { } due)
                session.AfterCommit(() => handover.Waiting(delivery.OrganizationSeq, delivery.WebhookSeq, Instant.FromMilliseconds(due)));
        },
        cancellation);

    public Task<int> SkipWaitingAsync(long webhookSeq, int limit, CancellationToken cancellation) => database.WriteAsync(
        session => WebhookHealth.IsActive(session, webhookSeq) ? 0 : PendingDeliveries.Skip(session, webhookSeq, clock.GetInstant(), limit),
        cancellation);

    // Without manual attempts: their due time is 0, which is no instant.
    public Task<DateTimeOffset?> ReadOldestDueAsync(DateTimeOffset now, CancellationToken cancellation) => database.ReadAsync(
        connection => connection.ExecuteScalar<long?>(
            $"""
            {WaitingLanes(connection)}
            SELECT min(due) FROM (
              SELECT (SELECT min({connection.WaitingAt}) FROM deliveries WHERE webhook_seq = lanes.webhook AND {connection.Waits} AND {connection.WaitingAt} > 0) AS due
              FROM lanes WHERE lanes.webhook IS NOT NULL
              UNION ALL SELECT min({connection.WaitingAt}) FROM deliveries WHERE {connection.IsSuspected}) AS oldest
            WHERE due <= @now
            """,
            new { now }) is { } due ? Instant.FromMilliseconds(due) : (DateTimeOffset?)null,
        cancellation);
}
