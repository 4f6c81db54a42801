using System.Data.Common;
using Dapper;
using Gatepost.Deliveries;
using Gatepost.Events;
using Gatepost.Organizations;

namespace Gatepost.Storage.Sql;

internal sealed class ReplayStore(Database database, ReplayFeed feed, IDeliveryHandover handover, TimeProvider clock) : IReplayStore
{
    // A job in preparation tells by its completed_at that somebody is at it; each chunk says so, and takes seconds at most.
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);

    // One chunk holds the writer for a few milliseconds.
    private const int SnapshotChunk = 2_000;

    // Tests by their type: the trigger is that of the next attempt, and a failed test has none.
    private static string Matching(DbConnection connection) =>
        $"""
        FROM deliveries d JOIN events e ON e.seq = d.event_seq
        WHERE d.webhook_seq = @webhook AND d.status {connection.In("@statuses")} AND d.event_type <> @test AND d.created_at >= @Since AND d.created_at < @Until
        """;

    private const string IsForgotten = "status = 'preparing' AND coalesce(completed_at, created_at) < @forgotten";

    // What it was before the job put it into the queue; one that was never tried can only have been skipped.
    private const string Unfed = "status = CASE WHEN attempt_count > 0 THEN 3 ELSE 4 END";

    private static string Select(DbConnection connection) =>
        $"""
        SELECT r.seq, r.id, w.id AS webhook_id, r.status, r.total, r.created_at, r.completed_at,
          r.succeeded + CASE WHEN r.status = 'running' THEN (SELECT count(*) FROM deliveries d WHERE d.replay_seq = r.seq AND d.{connection.ReplayStatus} = 2) ELSE 0 END AS succeeded,
          r.failed + CASE WHEN r.status = 'running' THEN (SELECT count(*) FROM deliveries d WHERE d.replay_seq = r.seq AND d.{connection.ReplayStatus} IN (3, 4, 5)) ELSE 0 END AS failed
        FROM replays r JOIN webhooks w ON w.seq = r.webhook_seq AND w.deleted_at IS NULL
        """;

    public Task<Result<int>> CountAsync(OrganizationRef organization, Guid webhookId, ReplaySelection selection, CancellationToken cancellation) =>
        database.ReadAsync<Result<int>>(
            connection =>
            {
                if (FindWebhook(connection, organization, webhookId) is not { } webhook)
                    return Problem.NotFound("webhook");
                var (kept, all) = connection.QuerySingle<(int Kept, int All)>(
                    $"SELECT count(e.payload), count(*) {Matching(connection)}", Parameters(webhook, selection));
                return kept == 0 && all > 0 ? Expired : kept;
            },
            cancellation);

    public async Task<Result<Replay>> CreateAsync(OrganizationRef organization, Guid webhookId, ReplaySelection selection, CancellationToken cancellation)
    {
        var count = await CountAsync(organization, webhookId, selection, cancellation).ConfigureAwait(false);
        if (!count.IsOk)
            return count.Problem;
        var begun = await database.WriteAsync(organization, session => Begin(session.Connection, organization, webhookId), cancellation).ConfigureAwait(false);
        if (!begun.IsOk)
            return begun.Problem;
        var job = begun.Value;
        // From here on to its end, even if the caller is gone: a job that stays in preparation keeps others from beginning.
        cancellation = CancellationToken.None;
        for (long? after = 0; after is { } seq;)
            after = await database.WriteAsync(session => Copy(session.Connection, job, selection, seq), cancellation).ConfigureAwait(false);
        return await database.WriteAsync<Result<Replay>>(
            organization,
            session =>
            {
                var total = session.Connection.ExecuteScalar<int>("SELECT count(*) FROM replay_items WHERE replay_seq = @Seq", job);
                // With nothing to send it is done, even while the webhook is off.
                session.Connection.Execute(
                    "UPDATE replays SET status = CASE WHEN @total = 0 THEN 'completed' ELSE 'running' END, completed_at = CASE WHEN @total = 0 THEN @now END, total = @total WHERE seq = @Seq",
                    new { job.Seq, total, now = clock.GetInstant() });
                return Find(session.Connection, organization, job.Id) is { } made ? made : Problem.NotFound("webhook");
            },
            cancellation).ConfigureAwait(false);
    }

    public Task<Replay?> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation) =>
        database.ReadAsync(connection => Find(connection, organization, id), cancellation);

    public Task<Replay?> CancelAsync(OrganizationRef organization, Guid id, CancellationToken cancellation) => database.WriteAsync(
        organization,
        session =>
        {
            var connection = session.Connection;
            if (Find(connection, organization, id) is not { Status: "running" } open)
                return Find(connection, organization, id);
            var seq = connection.ExecuteScalar<long>("SELECT seq FROM replays WHERE id = @id", new { id });
            var now = clock.GetInstant();
            connection.Execute("DELETE FROM replay_items WHERE replay_seq = @seq", new { seq });
            connection.Execute(
                $"UPDATE deliveries SET {Unfed}, next_attempt_at = NULL, completed_at = @now, replay_seq = NULL WHERE replay_seq = @seq AND {connection.ReplayStatus} = 0 AND resume_status IS NULL",
                new { seq, now });
            // Claimed already: those whose attempt has not begun become again what they were. One that is under way is tried no more.
            var claimed = connection.Query<long>(
                $"""
                UPDATE deliveries SET cancel_requested = 1, resume_status = CASE WHEN attempt_count > 0 THEN 3 ELSE 4 END
                WHERE seq IN (SELECT seq FROM deliveries WHERE replay_seq = @seq AND {connection.ReplayStatus} = 1 AND resume_status IS NULL ORDER BY seq {connection.ForUpdate}) AND status = 1
                RETURNING seq
                """,
                new { seq }).AsList();
            if (claimed.Count > 0)
                Cancellation.Tell(session, handover, connection.ExecuteScalar<long>("SELECT webhook_seq FROM replays WHERE seq = @seq", new { seq }), claimed);
            connection.Execute(
                "UPDATE replays SET status = 'canceled', completed_at = @now, succeeded = @Succeeded, failed = @Failed WHERE seq = @seq",
                new { seq, now, open.Succeeded, open.Failed });
            return Find(connection, organization, id);
        },
        cancellation);

    public Task DropUnpreparedAsync(CancellationToken cancellation) => database.WriteAsync(
        session =>
        {
            var dropped = session.Connection.Query<long>($"DELETE FROM replays WHERE {IsForgotten} RETURNING seq", new { forgotten = clock.GetInstant() - Forgotten }).ToArray();
            foreach (var seq in dropped)
                session.Connection.Execute("DELETE FROM replay_items WHERE replay_seq = @seq", new { seq });
        },
        cancellation);

    public async Task<bool> FeedAsync(int window, CancellationToken cancellation)
    {
        var open = await database.ReadAsync(
            connection => connection.Query<long>("SELECT seq FROM replays WHERE status = 'running' ORDER BY seq").AsList(), cancellation).ConfigureAwait(false);
        var busy = false;
        foreach (var seq in open)
            busy |= await database.WriteAsync(session => feed.Feed(session, seq, window, clock.GetInstant()), cancellation).ConfigureAwait(false);
        return busy;
    }

    private static Problem Expired => Problem.Conflict("payload_expired", "The bodies of these events were erased by retention or a deletion; they cannot be sent again.");

    private Result<Job> Begin(DbConnection connection, OrganizationRef organization, Guid webhookId)
    {
        if (FindWebhook(connection, organization, webhookId) is not { } webhook)
            return Problem.NotFound("webhook");
        var inTheWay = $"SELECT EXISTS (SELECT 1 FROM replays WHERE webhook_seq = @webhook AND status IN ('preparing', 'running') AND NOT ({IsForgotten}))";
        if (connection.ExecuteScalar<bool>(inTheWay, new { webhook, forgotten = clock.GetInstant() - Forgotten }))
            return Problem.Conflict("replay_in_progress", "A recover job of this webhook is still running. Wait for it, or cancel it.");
        var now = clock.GetInstant();
        var id = Guid.CreateVersion7(now);
        var seq = connection.ExecuteScalar<long>(
            """
            INSERT INTO replays (id, organization_seq, webhook_seq, status, total, created_at) VALUES (@id, @Seq, @webhook, 'preparing', 0, @now)
            RETURNING seq
            """,
            new { id, organization.Seq, webhook, now });
        // What comes from here on is not part of it, however fast it comes.
        var last = connection.ExecuteScalar<long?>("SELECT max(seq) FROM deliveries WHERE webhook_seq = @webhook", new { webhook }) ?? 0;
        return new Job(seq, id, webhook, last);
    }

    /// <returns>Where to go on; null at the end.</returns>
    private long? Copy(DbConnection connection, Job job, ReplaySelection selection, long after)
    {
        var parameters = Parameters(job.Webhook, selection);
        parameters.AddDynamicParams(new { after, job.Last, limit = SnapshotChunk });
        var found = connection.Query<long>(
            $"SELECT d.seq {Matching(connection)} AND d.seq > @after AND d.seq <= @Last AND e.payload IS NOT NULL ORDER BY d.seq LIMIT @limit", parameters).AsList();
        // Dropped by who took it for forgotten: the last step says so.
        if (connection.Execute("UPDATE replays SET completed_at = @now WHERE seq = @Seq AND status = 'preparing'", new { job.Seq, now = clock.GetInstant() }) == 0)
            return null;
        foreach (var delivery in found)
            connection.Execute("INSERT INTO replay_items (replay_seq, delivery_seq) VALUES (@Seq, @delivery)", new { job.Seq, delivery });
        return found.Count < SnapshotChunk ? null : found[^1];
    }

    private static Replay? Find(DbConnection connection, OrganizationRef organization, Guid id) => connection.QueryFirstOrDefault<Row>(
        $"{Select(connection)} WHERE r.id = @id AND r.organization_seq = @Seq AND r.status <> 'preparing'", new { id, organization.Seq })?.ToReplay();

    private static long? FindWebhook(DbConnection connection, OrganizationRef organization, Guid id) => connection.ExecuteScalar<long?>(
        "SELECT seq FROM webhooks WHERE id = @id AND organization_seq = @Seq AND deleted_at IS NULL", new { id, organization.Seq });

    private static DynamicParameters Parameters(long webhook, ReplaySelection selection)
    {
        var statuses = new List<long>();
        if (selection.Failed)
            statuses.Add((long)DeliveryStatus.Failed);
        if (selection.Skipped)
            statuses.Add((long)DeliveryStatus.Skipped);
        return new DynamicParameters(new { webhook, statuses = statuses.ToArray(), test = (int)EventType.WebhookTest, selection.Since, selection.Until });
    }

    private sealed record Job(long Seq, Guid Id, long Webhook, long Last);

    private sealed class Row
    {
        public Guid Id { get; init; }

        public Guid WebhookId { get; init; }

        public string Status { get; init; } = "";

        public int Total { get; init; }

        public int Succeeded { get; init; }

        public int Failed { get; init; }

        public DateTimeOffset CreatedAt { get; init; }

        public DateTimeOffset? CompletedAt { get; init; }

        public Replay ToReplay() => new()
        {
            Id = Id,
            WebhookId = WebhookId,
            Status = Status,
            Total = Total,
            Succeeded = Succeeded,
            Failed = Failed,
            CreatedAt = CreatedAt,
            CompletedAt = CompletedAt,
        };
    }
}
