using Dapper;
using System.Data.Common;

namespace Gatepost.Storage.Sql;

/// <summary>Looks for candidates on a read connection; the write, which holds everybody up, only touches rows that it changes.</summary>
internal class RetentionStore(Database database, TimeProvider clock) : IRetentionStore
{
    // Freeing the pages of long bodies is what takes time.
    private const long MaxBytes = 4 * 1024 * 1024;

    private const string NotOpen = "status NOT IN (0, 1)";

    private static readonly Sweep Payloads = new(
        "events",
        """
        SELECT seq, length(payload) AS bytes FROM events e WHERE seq > @after AND seq <= @bound AND payload IS NOT NULL AND created_at < @before
          AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event_seq = e.seq AND status IN (0, 1)) ORDER BY seq LIMIT @limit
        """,
        "UPDATE events SET payload = NULL WHERE seq = $seq AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event_seq = $seq AND status IN (0, 1))");

    // CROSS JOIN: from the few attempts that are left of that age, not from all deliveries.
    private static readonly Sweep Attempts = new(
        "deliveries",
        $"""
        SELECT DISTINCT a.delivery_seq AS seq FROM attempts a CROSS JOIN deliveries d ON d.seq = a.delivery_seq
        WHERE a.delivery_seq > @after AND a.delivery_seq <= @bound AND d.{NotOpen} AND coalesce(d.completed_at, d.created_at) < @before
        ORDER BY a.delivery_seq LIMIT @limit
        """,
        "DELETE FROM attempts WHERE delivery_seq = $seq AND EXISTS (SELECT 1 FROM deliveries WHERE seq = $seq AND status NOT IN (0, 1))");

    private static readonly Sweep Deliveries = new(
        "deliveries",
        $"SELECT seq FROM deliveries WHERE seq > @after AND seq <= @bound AND {NotOpen} AND created_at < @before ORDER BY seq LIMIT @limit",
        Attempts.Statements[0],
        $"DELETE FROM deliveries WHERE seq = $seq AND {NotOpen}");

    private static readonly Sweep Events = new(
        "events",
        """
        SELECT seq, length(payload) AS bytes FROM events e WHERE seq > @after AND seq <= @bound AND created_at < @before
          AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event_seq = e.seq) ORDER BY seq LIMIT @limit
        """,
        "DELETE FROM events WHERE seq = $seq AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event_seq = $seq)");

    private static readonly Sweep CallbackBodies = new(
        "callbacks",
        """
        SELECT seq, length(body) AS bytes FROM callbacks WHERE seq > @after AND seq <= @bound AND body IS NOT NULL AND received_at < @before
          AND next_attempt_at IS NULL ORDER BY seq LIMIT @limit
        """,
        "UPDATE callbacks SET body = NULL WHERE seq = $seq AND next_attempt_at IS NULL")
    {
        Instant = "received_at",
    };

    private static readonly Sweep Callbacks = new(
        "callbacks",
        """
        SELECT seq, length(body) AS bytes FROM callbacks WHERE seq > @after AND seq <= @bound AND received_at < @before AND next_attempt_at IS NULL
        ORDER BY seq LIMIT @limit
        """,
        "DELETE FROM callbacks WHERE seq = $seq AND next_attempt_at IS NULL")
    {
        Instant = "received_at",
    };

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
        var batch = await database.WriteAsync(session => Remove(session, sweep, found, limit), cancellation).ConfigureAwait(false);
        return batch with { HasMore = found.Count == limit || batch.Last < found[^1].Seq };
    }

    private static RetentionBatch Remove(WriteSession session, Sweep sweep, List<Candidate> found, int limit)
    {
        var rows = new RowRemover(session, limit);
        var (last, bytes) = (0L, 0L);
        foreach (var candidate in found)
        {
            foreach (var statement in sweep.Statements)
                rows.Run(statement, candidate.Seq);
            last = candidate.Seq;
            bytes += candidate.Bytes;
            if (rows.IsFull || bytes >= MaxBytes)
                break;
        }

        return new RetentionBatch(rows.Used, last, false);
    }

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
    /// <param name="Statements">For each candidate; they ask again, because a delivery may have been set going meanwhile.</param>
    private sealed record Sweep(string Table, string Candidates, params string[] Statements)
    {
        /// <summary>The column that says when a row was appended.</summary>
        public string Instant { get; init; } = "created_at";
    }

    private sealed class Candidate
    {
        public long Seq { get; init; }

        public long Bytes { get; init; }
    }
}
