using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Gatepost.Storage.Sqlite;

/// <summary>A few read connections, lent one at a time. WAL readers never wait for the writer.</summary>
internal sealed class SqliteReaders(SqliteConnections connections) : IDisposable
{
    private const int MaxReaders = 8;
    private readonly ConcurrentBag<SqliteConnection> idle = [];
    private readonly SemaphoreSlim places = new(MaxReaders);

    /// <summary>Runs a short read on the caller's thread, or on the pool where the caller's waits for sockets: SQLite has no asynchronous I/O.</summary>
    /// <exception cref="StorageUnavailableException">The file cannot be read now.</exception>
    public async Task<T> ReadAsync<T>(Func<DbConnection, T> read, CancellationToken cancellation)
    {
        await places.WaitAsync(cancellation).ConfigureAwait(false);
        // What follows an answer runs on a thread that waits for all sockets (decision 13), and no file may hold that up.
        if (!Thread.CurrentThread.IsThreadPoolThread)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        SqliteConnection? connection = null;
        try
        {
            if (!idle.TryTake(out connection))
                connection = connections.OpenReader();
            var result = read(connection);
            idle.Add(connection);
            return result;
        }
        catch (Exception e)
        {
            // Whatever the read left open on it goes with it.
            connection?.Dispose();
            if (e is SqliteException)
                throw new StorageUnavailableException($"The database refused the read: {e.Message}", e);
            throw;
        }
        finally
        {
            places.Release();
        }
    }

    public void Dispose()
    {
        while (idle.TryTake(out var connection))
            connection.Dispose();
        places.Dispose();
    }
}
