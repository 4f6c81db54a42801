using Dapper;
using Gatepost.Storage.Sql;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>Attempts go by whole days, which costs nothing however many there are; everything else goes in batches, as in SQLite.</summary>
internal sealed class PostgresRetentionStore(Database database, TimeProvider clock) : RetentionStore(database, clock)
{
    private readonly Database database = database;

    // Nobody waits for this write: rows of that age are nobody else's.
    public override int BatchSize => 2_000;

    public override int PauseFactor => 1;

    // What no day was made for: few rows, if any.
    private const string Rest =
        """
        DELETE FROM attempts_default WHERE (delivery_seq, number) IN (
          SELECT a.delivery_seq, a.number FROM attempts_default a JOIN deliveries d ON d.seq = a.delivery_seq
          WHERE d.status NOT IN (0, 1) AND coalesce(d.completed_at, d.created_at) < @before LIMIT @limit)
        """;

    public override async Task<RetentionBatch> DeleteAttemptsAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var days = await TryDropAsync(before, cancellation).ConfigureAwait(false);
        var rows = await database.WriteAsync(session => session.Connection.Execute(Rest, new { before, limit }), cancellation).ConfigureAwait(false);
        return new RetentionBatch(days + rows, after, rows == limit);
    }

    private async Task<int> TryDropAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        try
        {
            return await database.WriteAsync(session => PostgresPartitions.Drop(((PostgresWriteSession)session).Npgsql, before), cancellation).ConfigureAwait(false);
        }
        catch (StorageUnavailableException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable })
        {
            return 0;
        }
    }
}
