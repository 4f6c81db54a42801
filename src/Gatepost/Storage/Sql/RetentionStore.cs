using System.Data.Common;
using Dapper;

namespace Gatepost.Storage.Sql;

/// <summary>
/// Looks for candidates on a read connection, by nothing but their age; the write, which holds everybody up, asks what else keeps
/// them. Asked with the candidates, PostgreSQL would go through all deliveries for it, with every batch.
/// </summary>
internal class RetentionStore(Database database, TimeProvider clock) : IRetentionStore
{
    // Freeing the pages of long bodies is what takes time.
    private const long MaxBytes = 4 * 1024 * 1024;

    private const string NotOpen = "status NOT IN (0, 1)";

    // Stands for "is one of the candidates", which the two databases say differently.
    private const string These = "$these";

    private const string DeleteTheirAttempts =
        $"DELETE FROM attempts WHERE delivery_seq {These} AND EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = attempts.delivery_seq AND d.{NotOpen})";

    private static readonly Sweep Payloads = new(
        "events",
        """
        SELECT seq, length(payload) AS bytes FROM events WHERE seq > @after AND seq <= @bound AND payload IS NOT NULL AND created_at < @before
        ORDER BY seq LIMIT @limit
        """,
        $"UPDATE events SET payload = NULL WHERE seq {These} AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event_seq = events.seq AND d.status IN (0, 1))");

    // CROSS JOIN: from the few attempts that are left of that age, not from all deliveries.
    private static readonly Sweep Attempts = new(
        "deliveries",
        $"""
        SELECT a.delivery_seq AS seq, count(*) AS rows FROM attempts a CROSS JOIN deliveries d ON d.seq = a.delivery_seq
        WHERE a.delivery_seq > @after AND a.delivery_seq <= @bound AND d.{NotOpen} AND coalesce(d.completed_at, d.created_at) < @before
        GROUP BY a.delivery_seq ORDER BY a.delivery_seq LIMIT @limit
        """,
        DeleteTheirAttempts);

    private static readonly Sweep Deliveries = new(
        "deliveries",
        $"""
        SELECT seq, attempt_count + 1 AS rows FROM deliveries
        WHERE seq > @after AND seq <= @bound AND {NotOpen} AND created_at < @before ORDER BY seq LIMIT @limit
        """,
        DeleteTheirAttempts,
        $"DELETE FROM deliveries WHERE seq {These} AND {NotOpen}");

    private static readonly Sweep Events = new(
        "events",
        "SELECT seq, length(payload) AS bytes FROM events WHERE seq > @after AND seq <= @bound AND created_at < @before ORDER BY seq LIMIT @limit",
        $"DELETE FROM events WHERE seq {These} AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event_seq = events.seq)");

    private static readonly Sweep CallbackBodies = new(
        "callbacks",
        """
        SELECT seq, length(body) AS bytes FROM callbacks WHERE seq > @after AND seq <= @bound AND body IS NOT NULL AND received_at < @before
          AND next_attempt_at IS NULL ORDER BY seq LIMIT @limit
        """,
        $"UPDATE callbacks SET body = NULL WHERE seq {These} AND next_attempt_at IS NULL")
    {
        Instant = "received_at",
    };

    private static readonly Sweep Callbacks = new(
        "callbacks",
        """
        SELECT seq, length(body) AS bytes FROM callbacks WHERE seq > @after AND seq <= @bound AND received_at < @before AND next_attempt_at IS NULL
        ORDER BY seq LIMIT @limit
        """,
        $"DELETE FROM callbacks WHERE seq {These} AND next_attempt_at IS NULL")
    {
        Instant = "received_at",
    };

    // Batches of 500 took 3-15 ms at the median, over a log of 200,000 events with random ids.
    public virtual int BatchSize => 200;

    // One writer: at most a fifth of its time.
    public virtual int PauseFactor => 4;

    public Task<RetentionBatch> EraseCallbacksAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation) =>
        SweepAsync(CallbackBodies, after, before, limit, cancellation);

    public Task<RetentionBatch> DeleteCallbacksAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation) =>
        SweepAsync(Callbacks, after, before, limit, cancellation);

    public async Task<int> PurgeDeletedAsync(int limit, CancellationToken cancellation)
    {
        if (!await database.ReadAsync(Purge.HasWork, cancellation).ConfigureAwait(false))
            return 0;
        var now = clock.GetInstant();
        return await database.WriteAsync(session => new Purge(session, limit, now).Run(), cancellation).ConfigureAwait(false);
    }

    public Task<RetentionBatch> ErasePayloadsAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation) =>
        SweepAsync(Payloads, after, before, limit, cancellation);

    public virtual Task<RetentionBatch> DeleteAttemptsAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation) =>
        SweepAsync(Attempts, after, before, limit, cancellation);

    public Task<RetentionBatch> DeleteDeliveriesAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation) =>
        SweepAsync(Deliveries, after, before, limit, cancellation);

    public Task<RetentionBatch> DeleteEventsAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation) =>
        SweepAsync(Events, after, before, limit, cancellation);

    public async Task<RetentionBatch> DeleteReplaysAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var found = await database.ReadAsync(
            connection => connection.ExecuteScalar<long?>(
                "SELECT min(seq) FROM replays WHERE seq > @after AND status NOT IN ('preparing', 'running') AND created_at < @before", new { after, before }),
            cancellation).ConfigureAwait(false);
        if (found is not { } replay)
            return new RetentionBatch(0, after, false);
        return await database.WriteAsync(
            session =>
            {
                var rows = new RowRemover(session, limit);
                // Its items may fill several batches: the replay itself goes last, so that the next batch finds it again.
                var isGone = rows.DeleteReplays("seq", replay);
                return new RetentionBatch(rows.Used, isGone ? replay : after, true);
            },
            cancellation).ConfigureAwait(false);
    }

    private async Task<RetentionBatch> SweepAsync(Sweep sweep, long after, DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var (bound, found) = await database.ReadAsync(
            connection =>
            {
                var bound = LastBefore(connection, sweep, before);
                return (bound, connection.Query<Candidate>(sweep.Candidates, new { after, bound, before, limit }).AsList());
            },
            cancellation).ConfigureAwait(false);
        if (found.Count == 0)
            return new RetentionBatch(0, Math.Max(after, bound), false);
        var taken = Take(found, limit);
        var rows = await database.WriteAsync(session => Remove(session.Connection, sweep, taken), cancellation).ConfigureAwait(false);
        return new RetentionBatch(rows, taken[^1], found.Count == limit || taken.Length < found.Count);
    }

    // As many as one write may change, and one at least.
    private static long[] Take(List<Candidate> found, int limit)
    {
        var (rows, bytes) = (0L, 0L);
        return [.. found.TakeWhile(candidate =>
        {
            var fits = rows < limit && bytes < MaxBytes;
            (rows, bytes) = (rows + candidate.Rows, bytes + candidate.Bytes);
            return fits;
        }).Select(c => c.Seq)];
    }

    private static int Remove(DbConnection connection, Sweep sweep, long[] these) =>
        sweep.Statements.Sum(statement => connection.Execute(statement.Replace(These, connection.In("@these"), StringComparison.Ordinal), new { these }));

    // Rows are appended as time goes by, so the last one of an age is found by halving. A clock set back disturbs the order a
    // little: the candidates are asked for their own instant too, so that nothing goes early, and the next pass finds the rest.
    private static long LastBefore(DbConnection connection, Sweep sweep, DateTimeOffset before)
    {
        var low = 0L;
        var high = connection.ExecuteScalar<long?>($"SELECT max(seq) FROM {sweep.Table}") ?? 0;
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            var (seq, at) = connection.QueryFirst<(long, long)>(
                $"SELECT seq, {sweep.Instant} FROM {sweep.Table} WHERE seq >= @middle ORDER BY seq LIMIT 1", new { middle });
            if (at < before.ToUnixTimeMilliseconds())
                low = seq;
            else
                high = middle - 1;
        }

        return low;
    }

    /// <param name="Table">Whose instants bound the sweep.</param>
    /// <param name="Candidates">By seq, above <c>@after</c> and up to <c>@bound</c>.</param>
    /// <param name="Statements">For all candidates of a write; they ask again, because a delivery may have been set going meanwhile.</param>
    private sealed record Sweep(string Table, string Candidates, params string[] Statements)
    {
        /// <summary>The column that says when a row was appended.</summary>
        public string Instant { get; init; } = "created_at";
    }

    private sealed class Candidate
    {
        public long Seq { get; init; }

        public long Rows { get; init; } = 1;

        public long Bytes { get; init; }
    }
}
