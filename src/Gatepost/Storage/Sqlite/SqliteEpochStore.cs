using Dapper;
using Gatepost.Deliveries;
using Gatepost.Storage.Sql;

namespace Gatepost.Storage.Sqlite;

/// <summary>One process owns the file (SqliteLock), so on a start every claim that is left belongs to a dead one.</summary>
internal sealed class SqliteEpochStore(Database database, TimeProvider clock) : IEpochStore
{
    private const int MaxCrashes = 3;
    private const int Batch = 10_000;

    public async Task<long> StartAsync(string node, IReadOnlyCollection<long> inFlight, CancellationToken cancellation)
    {
        var now = clock.GetInstant();
        await database.WriteAsync(session => Suspect(session, inFlight, now), cancellation).ConfigureAwait(false);
        await GiveBackAllAsync(cancellation).ConfigureAwait(false);
        return await database.WriteAsync(
            session =>
            {
                session.Connection.Execute("UPDATE epochs SET ended_at = @now WHERE ended_at IS NULL", new { now });
                session.Connection.Execute("DELETE FROM epochs WHERE seq <= (SELECT max(seq) FROM epochs) - 1000");
                return session.Connection.ExecuteScalar<long>(
                    "INSERT INTO epochs (node, started_at) VALUES (@node, @now) RETURNING seq", new { node, now });
            },
            cancellation).ConfigureAwait(false);
    }

    public async Task EndAsync(long epoch, CancellationToken cancellation)
    {
        await GiveBackAllAsync(cancellation).ConfigureAwait(false);
        await database.WriteAsync(
            session => session.Connection.Execute(
                "UPDATE epochs SET ended_at = @now WHERE seq = @epoch", new { now = clock.GetInstant(), epoch }),
            cancellation).ConfigureAwait(false);
    }

    private static void Suspect(WriteSession session, IReadOnlyCollection<long> inFlight, DateTimeOffset now)
    {
        foreach (var chunk in inFlight.Chunk(500))
        {
            session.Connection.Execute("UPDATE deliveries SET crash_count = crash_count + 1 WHERE status = 1 AND seq IN @chunk", new { chunk });
            session.Connection.Execute(
                """
                UPDATE deliveries SET status = 3, epoch = NULL, next_attempt_at = NULL, last_outcome = @outcome, last_status_code = NULL,
                  completed_at = @now, resume_status = NULL, resume_at = NULL, cancel_requested = 0
                WHERE status = 1 AND crash_count >= @MaxCrashes AND seq IN @chunk
                """,
                new { now, MaxCrashes, chunk, outcome = (int)AttemptOutcome.WorkerCrash });
        }
    }

    // Few: what was in memory or in flight, never the backlog.
    private async Task GiveBackAllAsync(CancellationToken cancellation)
    {
        while (await database.WriteAsync(session => GiveBack(session, clock.GetInstant()), cancellation).ConfigureAwait(false) == Batch)
        {
        }

        await database.WriteAsync(session => session.Connection.Execute("DELETE FROM handovers"), cancellation).ConfigureAwait(false);
    }

    /// <summary>Forgets the handovers of which nothing is under way any more.</summary>
    public async Task ForgetHandoversAsync(CancellationToken cancellation)
    {
        // Found by a reader: to look through what was made in the last seconds would hold up the writer. What has ended stays so.
        var ended = await database.ReadAsync(
            connection => connection.Query<long>(
                """
                SELECT seq FROM handovers h WHERE NOT EXISTS (
                  SELECT 1 FROM deliveries WHERE seq BETWEEN h.first_seq AND h.last_seq AND status = 1 AND handed_over = 1)
                """).AsList(),
            cancellation).ConfigureAwait(false);
        foreach (var chunk in ended.Chunk(500))
            await database.WriteAsync(session => session.Connection.Execute("DELETE FROM handovers WHERE seq IN @chunk", new { chunk }), cancellation).ConfigureAwait(false);
    }

    private static int GiveBack(WriteSession session, DateTimeOffset now)
    {
        // A test is asked for by a person who waits for it: it is not made later.
        session.Connection.Execute(
            "UPDATE deliveries SET status = 3, epoch = NULL, next_attempt_at = NULL, last_outcome = @outcome, completed_at = @now WHERE status = 1 AND handed_over = 0 AND trigger = 3",
            new { outcome = (int)AttemptOutcome.Interrupted, now });
        return session.Connection.Execute(
            $"""
            UPDATE deliveries SET epoch = NULL,
              status = iif(cancel_requested, {Cancellation.Status}, 0),
              next_attempt_at = iif(cancel_requested, NULL, next_attempt_at),
              completed_at = iif(cancel_requested, @now, NULL),
              resume_status = iif(cancel_requested, NULL, resume_status),
              cancel_requested = 0
            WHERE seq IN (SELECT seq FROM claimed_deliveries LIMIT @Batch)
            """,
            new { now, Batch });
    }
}
