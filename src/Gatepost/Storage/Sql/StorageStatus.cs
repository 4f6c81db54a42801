using System.Data.Common;
using Dapper;

namespace Gatepost.Storage.Sql;

internal sealed class StorageStatus(Database database, IDeliveryQueue queue) : IStorageStatus
{
    public async Task ProbeAsync(CancellationToken cancellation)
    {
        await database.ReadAsync(connection => connection.ExecuteScalar<long>("SELECT 1"), cancellation).ConfigureAwait(false);
        await database.WriteAsync(session => session.Connection.ExecuteScalar<long>("SELECT 1"), cancellation).ConfigureAwait(false);
    }

    public async Task<QueueStatus> ReadAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var oldest = await queue.ReadOldestDueAsync(now, cancellation).ConfigureAwait(false);
        return await database.ReadAsync(
            connection => Read(connection, oldest),
            cancellation).ConfigureAwait(false);
    }

    private static QueueStatus Read(DbConnection connection, DateTimeOffset? oldest)
    {
        // From the index alone: the oldest has the lowest number.
        var (unprocessed, first) = connection.QuerySingle<(long, long?)>($"SELECT count(*), min(seq) FROM callbacks {(connection.IsSqlite ? "INDEXED BY callbacks_due" : "")} WHERE next_attempt_at IS NOT NULL");
        return new QueueStatus(
            connection.ExecuteScalar<long>($"SELECT (SELECT count(*) FROM deliveries WHERE {connection.Waits}) + (SELECT count(*) FROM deliveries WHERE {connection.IsSuspected})"),
            oldest,
            connection.ExecuteScalar<long>("SELECT count(*) FROM webhooks WHERE disabled_at IS NOT NULL AND deleted_at IS NULL"),
            unprocessed,
            first is null ? null : connection.ExecuteScalar<DateTimeOffset?>("SELECT received_at FROM callbacks WHERE seq = @first", new { first }));
    }
}
