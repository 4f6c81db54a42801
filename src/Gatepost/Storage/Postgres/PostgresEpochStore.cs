using System.Data.Common;
using Dapper;
using Gatepost.Deliveries;
using Gatepost.Storage.Sql;
using Microsoft.Extensions.Options;

namespace Gatepost.Storage.Postgres;

/// <summary>
/// The lives of nodes on this database. What a dead one had claimed is given back by whoever comes by; what was in flight is known to
/// the node alone, from its journal, and suspected when it comes back.
/// </summary>
internal sealed class PostgresEpochStore(PostgresDatabase database, ShardMap shards, IOptions<DeliveriesOptions> options) : IEpochStore
{
    private const int MaxCrashes = 3;
    private const int Batch = 10_000;

    // Two heartbeats without a word: until its lease ends its shards are its own, but fair shares are counted without it.
    private const long Silent = 11_000;

    /// <summary>Milliseconds since 1970 by the clock of the server, which all nodes share.</summary>
    public const string Now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    private const string Alive = "SELECT seq FROM epochs WHERE ended_at IS NULL";

    // A test is asked for by a person who waits for it: it is not made later.
    private const string GivenBack =
        $"""
        epoch = NULL,
        status = CASE WHEN trigger = 3 THEN 3 WHEN cancel_requested = 1 THEN {Cancellation.Status} ELSE 0 END,
        resume_status = CASE WHEN cancel_requested = 1 THEN NULL ELSE resume_status END, cancel_requested = 0,
        next_attempt_at = CASE WHEN trigger = 3 OR cancel_requested = 1 THEN NULL ELSE next_attempt_at END,
        last_outcome = CASE WHEN trigger = 3 THEN @Interrupted ELSE last_outcome END,
        completed_at = CASE WHEN trigger = 3 OR cancel_requested = 1 THEN {Now} END
        """;

    private static readonly int Interrupted = (int)AttemptOutcome.Interrupted;

    /// <summary>How long a lease lasts without being renewed: longer than any attempt.</summary>
    public TimeSpan Lease { get; } = TimeSpan.FromSeconds(Math.Max(30, options.Value.TimeoutSeconds + 20));

    public async Task<long> StartAsync(string node, IReadOnlyCollection<long> inFlight, CancellationToken cancellation)
    {
        shards.Set([]);
        var number = await database.WriteAsync(
            session =>
            {
                // A node has its data directory for itself: its former lives are over.
                session.Connection.Execute($"UPDATE epochs SET ended_at = {Now} WHERE node = @node AND ended_at IS NULL", new { node });
                session.Connection.Execute($"DELETE FROM epochs WHERE ended_at < {Now} - 86400000");
                Suspect(session.Connection, [.. inFlight.Order()]);
                return session.Connection.ExecuteScalar<long>(
                    $"INSERT INTO epochs (node, started_at, expires_at) VALUES (@node, {Now}, {Now} + @lease) RETURNING seq",
                    new { node, lease = (long)Lease.TotalMilliseconds });
            },
            cancellation).ConfigureAwait(false);
        await RescueAsync(cancellation).ConfigureAwait(false);
        return number;
    }

    public async Task EndAsync(long epoch, CancellationToken cancellation)
    {
        await database.WriteAsync(
            session => session.Connection.Execute($"UPDATE epochs SET ended_at = {Now} WHERE seq = @epoch AND ended_at IS NULL", new { epoch }), cancellation).ConfigureAwait(false);
        await RescueAsync(cancellation).ConfigureAwait(false);
        await database.WriteAsync(session => Free(session, "epoch = @epoch", new { epoch }), cancellation).ConfigureAwait(false);
    }

    /// <summary>Gives back what epochs claimed that are over: after a crash, and what came in while a node left.</summary>
    /// <returns>How many deliveries.</returns>
    public async Task<int> RescueAsync(CancellationToken cancellation)
    {
        var dead = await database.ReadAsync(FindDead, cancellation).ConfigureAwait(false);
        if (dead.Count == 0)
            return 0;
        var rescued = await GiveBackAsync([.. dead], "true", [], "FOR UPDATE SKIP LOCKED", cancellation).ConfigureAwait(false);
        await ForgetHandoversAsync("true", [.. dead], cancellation).ConfigureAwait(false);
        return rescued;
    }

    /// <summary>Forgets the handovers of this epoch of which nothing is under way any more.</summary>
    // What others gave is marked as taken first, by somebody who would be in the way (PostgresGivenDeliveries).
    public Task ForgetHandoversAsync(long epoch, CancellationToken cancellation) => ForgetHandoversAsync("given IS NULL", [epoch], cancellation);

    private Task<int> ForgetHandoversAsync(string which, long[] of, CancellationToken cancellation) => database.WriteHotAsync(
        session => session.Connection.Execute(
            // Ordered and limited: as a join it would read all deliveries.
            $"""
            DELETE FROM handovers h WHERE h.epoch = ANY(@of) AND {which} AND (
              SELECT d.seq FROM deliveries d WHERE d.seq BETWEEN h.first_seq AND h.last_seq AND d.epoch = h.epoch AND d.status = 1 AND d.handed_over = 1
              ORDER BY d.seq LIMIT 1) IS NULL
            """,
            new { of }),
        cancellation);

    /// <summary>Renews the lease, ends those that ran out, and takes what is free of the shards, up to a fair share.</summary>
    /// <param name="renew">False only looks and takes.</param>
    /// <param name="all">Takes more than a fair share too: those who could have taken the rest did not.</param>
    /// <returns>Null when the lease is lost: others have taken over, and nothing that carries its number counts any more.</returns>
    public Task<ShardView?> TickAsync(long epoch, bool renew, bool all, CancellationToken cancellation) => database.WriteAsync(
        session => Tick(session.Connection, epoch, renew, all), cancellation);

    /// <summary>From now on the others share what there is, and this epoch takes no more.</summary>
    public Task LeaveAsync(long epoch, CancellationToken cancellation) => database.WriteAsync(
        session =>
        {
            session.Connection.Execute("UPDATE epochs SET leaving = 1 WHERE seq = @epoch", new { epoch });
            // Until they have looked the others go on to give to it.
            PostgresHints.Notify(((PostgresWriteSession)session).Npgsql, PostgresHints.Shards, 0);
        },
        cancellation);

    /// <summary>Gives back what this epoch claimed of these shards, and the shards.</summary>
    public async Task ReleaseAsync(long epoch, int[] released, CancellationToken cancellation)
    {
        // Waits for whoever cancels one of them at this moment: nobody comes by again as long as this node lives.
        await GiveBackAsync(
            [epoch], $"trigger <> 3 AND crash_count = 0 AND webhook_seq % {ShardMap.TextCount} = ANY(@released)", released, "FOR UPDATE", cancellation).ConfigureAwait(false);
        await database.WriteAsync(session => Free(session, "epoch = @epoch AND shard = ANY(@released)", new { epoch, released }), cancellation).ConfigureAwait(false);
    }

    private static void Free(WriteSession session, string which, object values)
    {
        session.Connection.Execute($"UPDATE shards SET epoch = NULL WHERE {which}", values);
        PostgresHints.Notify(((PostgresWriteSession)session).Npgsql, PostgresHints.Shards, 0);
    }

    private ShardView? Tick(DbConnection connection, long epoch, bool renew, bool all)
    {
        // One that ran out while the database was away, and that nobody has ended, is as good as before: whoever ends it waits for this row.
        var leaving = connection.ExecuteScalar<bool?>(
            $"UPDATE epochs SET expires_at = CASE WHEN @renew = 1 OR expires_at <= {Now} THEN {Now} + @lease ELSE expires_at END WHERE seq = @epoch AND ended_at IS NULL RETURNING leaving",
            new { epoch, renew, lease = (long)Lease.TotalMilliseconds });
        if (leaving is null)
            return null;
        // Rows that somebody holds, such as a node that was paused in the middle of this, are left to the next look.
        connection.Execute(
            $"UPDATE epochs SET ended_at = {Now} WHERE seq IN (SELECT seq FROM epochs WHERE ended_at IS NULL AND expires_at <= {Now} ORDER BY seq FOR UPDATE SKIP LOCKED)");
        connection.Execute(
            $"UPDATE shards SET epoch = NULL WHERE shard IN (SELECT shard FROM shards WHERE epoch IS NOT NULL AND epoch NOT IN ({Alive}) ORDER BY shard FOR UPDATE SKIP LOCKED)");
        var (nodes, older, now) = connection.QuerySingle<(long, long, long)>(
            $"""
            SELECT count(*), count(*) FILTER (WHERE seq < @epoch), {Now} FROM epochs
            WHERE ended_at IS NULL AND leaving = 0 AND (seq = @epoch OR expires_at > {Now} + @lease - {Silent})
            """,
            new { epoch, lease = (long)Lease.TotalMilliseconds });
        // What cannot be shared evenly goes to the oldest, so that with any number of nodes each has some.
        var fair = leaving.Value ? 0 : (int)((ShardMap.Count / nodes) + (older < ShardMap.Count % nodes ? 1 : 0));
        var mine = connection.Query<int>("SELECT shard FROM shards WHERE epoch = @epoch ORDER BY shard", new { epoch }).AsList();
        var room = (all && fair > 0 ? ShardMap.Count : fair) - mine.Count;
        if (room > 0)
        {
            mine.AddRange(connection.Query<int>(
                "UPDATE shards SET epoch = @epoch WHERE shard IN (SELECT shard FROM shards WHERE epoch IS NULL ORDER BY shard LIMIT @room FOR UPDATE SKIP LOCKED) RETURNING shard",
                new { epoch, room }));
        }

        var owners = new long[ShardMap.Count];
        var hasFree = false;
        foreach (var (shard, owner, leaves) in connection.Query<(int, long?, bool?)>("SELECT s.shard, s.epoch, e.leaving = 1 FROM shards s LEFT JOIN epochs e ON e.seq = s.epoch"))
            (owners[shard], hasFree) = (leaves is false ? owner!.Value : 0, hasFree || owner is null);
        return new ShardView(mine, leaving.Value ? 0 : Math.Max(0, mine.Count - fair), owners, hasFree, Instant.FromMilliseconds(now));
    }

    private static void Suspect(DbConnection connection, long[] inFlight)
    {
        if (inFlight.Length == 0)
            return;
        // Not what another node has claimed since: it is in a lane there, and suspects are in none.
        connection.Execute(
            $"UPDATE deliveries SET crash_count = crash_count + 1 WHERE seq = ANY(@inFlight) AND (status = 0 OR (status = 1 AND epoch NOT IN ({Alive})))", new { inFlight });
        connection.Execute(
            $"""
            UPDATE deliveries SET status = 3, epoch = NULL, next_attempt_at = NULL, last_outcome = @outcome, last_status_code = NULL,
              completed_at = {Now}, resume_status = NULL, resume_at = NULL, cancel_requested = 0
            WHERE seq = ANY(@inFlight) AND crash_count >= @MaxCrashes AND (status = 0 OR (status = 1 AND epoch NOT IN ({Alive})))
            """,
            new { inFlight, MaxCrashes, outcome = (int)AttemptOutcome.WorkerCrash });
    }

    // The index on claimed rows is small, and this reads one entry of each epoch; of handovers there are a few hundred.
    private static List<long> FindDead(DbConnection connection) => connection.Query<long>(
        $"""
        WITH RECURSIVE claims (epoch) AS (
          SELECT min(claimed_by) FROM deliveries WHERE claimed_by IS NOT NULL
          UNION ALL
          SELECT (SELECT min(claimed_by) FROM deliveries WHERE claimed_by IS NOT NULL AND claimed_by > claims.epoch) FROM claims WHERE claims.epoch IS NOT NULL)
        SELECT epoch FROM (SELECT epoch FROM claims UNION SELECT epoch FROM handovers) AS known WHERE epoch IS NOT NULL AND epoch NOT IN ({Alive})
        """).AsList();

    // First which, then those by their numbers: in one statement the planner goes through all deliveries.
    private async Task<int> GiveBackAsync(long[] of, string which, int[] released, string locked, CancellationToken cancellation)
    {
        var claimed =
            $"""
            SELECT seq FROM deliveries WHERE claimed_by = ANY(@of) AND claimed_by IS NOT NULL AND {which}
            UNION ALL
            SELECT d.seq FROM handovers h CROSS JOIN LATERAL (
              SELECT seq FROM deliveries WHERE seq BETWEEN h.first_seq AND h.last_seq AND epoch = h.epoch AND status = 1 AND handed_over = 1 AND {which}
              ORDER BY seq OFFSET 0) AS d WHERE h.epoch = ANY(@of)
            LIMIT @Batch
            """;
        var giveBack =
            $"""
            UPDATE deliveries SET {GivenBack}
            WHERE seq IN (SELECT seq FROM deliveries WHERE seq = ANY(@seqs) AND status = 1 AND epoch = ANY(@of) ORDER BY seq {locked}) AND status = 1
            """;
        for (var rows = 0; ;)
        {
            var given = await database.WriteHotAsync(
                session =>
                {
                    var seqs = session.Connection.Query<long>(claimed, new { of, released, Batch }).Distinct().Order().ToArray();
                    return seqs.Length == 0 ? 0 : session.Connection.Execute(giveBack, new { seqs, of, Interrupted });
                },
                cancellation).ConfigureAwait(false);
            rows += given;
            // What is left is locked by somebody; the next rescue comes in a second.
            if (given == 0)
                return rows;
        }
    }
}

/// <param name="Mine">The shards that this node leases.</param>
/// <param name="Surplus">How many of them are more than its fair share.</param>
/// <param name="Owners">Which epoch each shard's deliveries may be given to: the one that leases it, unless that is leaving; 0 is none.</param>
/// <param name="HasFree">Whether there are shards that nobody leases.</param>
/// <param name="DatabaseNow">By the clock of the server.</param>
internal sealed record ShardView(IReadOnlyList<int> Mine, int Surplus, long[] Owners, bool HasFree, DateTimeOffset DatabaseNow);
