using System.Data;
using System.Data.Common;
using Gatepost.Storage.Sql;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>Reads and writes on pooled connections; the server groups their commits. Bodies run on the thread pool, because they wait for answers.</summary>
internal sealed class PostgresDatabase(PostgresConnections connections) : Database
{
    private const int MaxTries = 5;

    public override async Task<T> ReadAsync<T>(Func<DbConnection, T> read, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await OpenAsync(cancellation).ConfigureAwait(false);
            return read(connection);
        }
        catch (Exception e) when (PostgresFailure.IsUnavailable(e))
        {
            throw PostgresFailure.Unavailable(e);
        }
    }

    protected override async Task<T> CommitAsync<T>(Func<WriteSession, T> write, int count, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await using var connection = await OpenAsync(cancellation).ConfigureAwait(false);
                return Commit(connection, write);
            }
            catch (Exception e) when (PostgresFailure.IsConflict(e) && tries < MaxTries)
            {
                // Somebody else went first: the body is run again, on what is there now.
            }
            catch (Exception e) when (PostgresFailure.IsUnavailable(e))
            {
                if (PostgresFailure.IsReadOnly(e))
                    connections.Source.Clear();
                throw PostgresFailure.Unavailable(e);
            }
        }
    }

    private static T Commit<T>(NpgsqlConnection connection, Func<WriteSession, T> write)
    {
        using var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
        var session = new PostgresWriteSession(connection);
        try
        {
            var result = write(session);
            transaction.Commit();
            session.OnCommitted();
            return result;
        }
        catch
        {
            session.OnRolledBack();
            throw;
        }
    }

    // An open connection comes at once; where one must be waited for, the thread that brings it belongs to the sockets (decision 13).
    private async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = await connections.Source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        if (!Thread.CurrentThread.IsThreadPoolThread)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return connection;
    }
}
