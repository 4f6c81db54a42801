using System.Data;
using System.Data.Common;
using Gatepost.Organizations;
using Gatepost.Storage.Sql;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>Reads and writes on pooled connections; the server groups their commits. Bodies run on the thread pool, because they wait for answers.</summary>
internal sealed class PostgresDatabase(PostgresConnections connections) : Database
{
    private const int MaxTries = 5;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    // Whoever waits for his turn in an organization waits here, and not on a connection that the others could use.
    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1))];

    public override Task<T> ReadAsync<T>(Func<DbConnection, T> read, CancellationToken cancellation) => ReadAsync(connections.Reader, read, cancellation);

    /// <summary>A read of the engine's own, whose statements find their rows by key.</summary>
    public Task<T> ReadHotAsync<T>(Func<NpgsqlConnection, T> read, CancellationToken cancellation) => ReadAsync(connections.Hot, read, cancellation);

    public override async Task<T> WriteAsync<T>(OrganizationRef organization, Func<WriteSession, T> write, CancellationToken cancellation)
    {
        var turn = turns[organization.Seq % turns.Length];
        if (!await turn.WaitAsync(LongestWait, cancellation).ConfigureAwait(false))
            throw new StorageUnavailableException("The database does not keep up with the writes of this organization.");
        try
        {
            return await base.WriteAsync(organization, write, cancellation).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>A write of the engine's own, whose statements find their rows by key.</summary>
    public Task<T> WriteHotAsync<T>(Func<PostgresWriteSession, T> write, CancellationToken cancellation) =>
        CommitAsync(connections.Hot, session => write((PostgresWriteSession)session), cancellation);

    protected override Task<T> CommitAsync<T>(Func<WriteSession, T> write, int count, CancellationToken cancellation) =>
        CommitAsync(connections.Source, write, cancellation);

    private static async Task<T> ReadAsync<T>(NpgsqlDataSource source, Func<NpgsqlConnection, T> read, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await OpenAsync(source, cancellation).ConfigureAwait(false);
            return PostgresFailure.Use(connection, read);
        }
        catch (Exception e) when (PostgresFailure.IsUnavailable(e))
        {
            throw PostgresFailure.Unavailable(e);
        }
    }

    private async Task<T> CommitAsync<T>(NpgsqlDataSource source, Func<WriteSession, T> write, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await using var connection = await OpenAsync(source, cancellation).ConfigureAwait(false);
                return PostgresFailure.Use(connection, c => Commit(c, write));
            }
            catch (Exception e) when (PostgresFailure.IsConflict(e) && tries < MaxTries)
            {
                // Somebody else went first: the body is run again, on what is there now.
            }
            catch (Exception e) when (PostgresFailure.IsUnavailable(e))
            {
                if (PostgresFailure.IsReadOnly(e))
                    connections.Clear();
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
            session.Commit(transaction);
            return result;
        }
        catch
        {
            session.OnRolledBack();
            throw;
        }
    }

    // An open connection comes at once; where one must be waited for, the thread that brings it belongs to the sockets (decision 13).
    private static async ValueTask<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        if (!Thread.CurrentThread.IsThreadPoolThread)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return connection;
    }
}
