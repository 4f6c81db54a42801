using System.Data.Common;
using Dapper;
using Gatepost.Storage.Postgres;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Gatepost.Storage.Moves;

/// <summary>The PostgreSQL database that everything is copied to. Servers that start on it meanwhile wait.</summary>
internal sealed class MoveTarget : IAsyncDisposable
{
    // A batch may be slow on a busy server; none takes that long.
    private const int LongestCommandSeconds = 600;
    private readonly PostgresConnections connections;

    private MoveTarget(PostgresConnections connections, string place)
    {
        this.connections = connections;
        Place = place;
        Connection = new NpgsqlConnection(Settings(connections));
    }

    /// <summary>Host and database, for messages.</summary>
    public string Place { get; }

    public NpgsqlConnection Connection { get; }

    /// <param name="migrate">Brings it to this binary's schema first.</param>
    /// <exception cref="StorageUnavailableException">It cannot be reached, is too old or needs a newer binary; or it is in use.</exception>
    public static async Task<MoveTarget> OpenAsync(string connectionString, bool migrate, CancellationToken cancellation)
    {
        if (PostgresConnections.FaultOf(connectionString) is { } fault)
            throw new StorageUnavailableException($"--to {fault}");
        var connections = new PostgresConnections(Options.Create(new StorageOptions { ConnectionString = connectionString }));
        var migrator = new PostgresMigrator(connections);
        var target = new MoveTarget(connections, migrator.Place);
        try
        {
            if (migrate)
                await migrator.MigrateAsync(cancellation).ConfigureAwait(false);
            await target.ConnectAsync(cancellation).ConfigureAwait(false);
            return target;
        }
        catch
        {
            await target.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public TargetSchema ReadSchema() => TargetSchema.Read(Connection);

    public bool HasRows(string table) => Connection.ExecuteScalar<bool>($"SELECT EXISTS (SELECT 1 FROM {MoveTable.Quote(table)})");

    /// <summary>The next row gets a number above all that ever were, also above this one.</summary>
    public void ContinueNumbers(MoveTable table, long last)
    {
        if (table.Identity is null)
            return;
        var column = MoveTable.Quote(table.Identity);
        Connection.Execute(
            $"""
            SELECT setval(pg_get_serial_sequence(@name, @Identity), n) FROM (
              SELECT greatest(coalesce(max({column}), 0), @last) AS n FROM {MoveTable.Quote(table.Name)}) numbers WHERE n > 0
            """,
            new { name = MoveTable.Quote(table.Name), table.Identity, last });
    }

    /// <summary>The planner knows nothing of what was copied until somebody counts it.</summary>
    public void Analyze(MoveTable table) => Connection.Execute($"ANALYZE {MoveTable.Quote(table.Name)}");

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync().ConfigureAwait(false);
        await connections.DisposeAsync().ConfigureAwait(false);
    }

    // The lock of the migrations: a server that starts now waits for it, and goes on when this is done.
    private async Task ConnectAsync(CancellationToken cancellation)
    {
        try
        {
            await Connection.OpenAsync(cancellation).ConfigureAwait(false);
            await Connection.ExecuteAsync("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '30s'").ConfigureAwait(false);
            await Connection.ExecuteAsync("SELECT pg_advisory_lock(@Lock)", new { PostgresMigrator.Lock }).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new StorageUnavailableException($"{Place} is being migrated or moved to by another process. Try again when that is done.", e);
        }
        catch (DbException e)
        {
            throw new StorageUnavailableException($"{Place} cannot be used: {e.Message}", e);
        }
    }

    // One connection of its own, as the migrations have it.
    private static string Settings(PostgresConnections connections) => new NpgsqlConnectionStringBuilder(connections.Settings.ConnectionString)
    {
        Pooling = false,
        Options = null,
        CommandTimeout = LongestCommandSeconds,
        TargetSessionAttributes = connections.Settings.Host!.Contains(',', StringComparison.Ordinal) ? "read-write" : null,
    }.ConnectionString;
}
