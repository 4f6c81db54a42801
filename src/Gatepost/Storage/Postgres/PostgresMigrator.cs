using System.Reflection;
using Dapper;
using DbUp;
using DbUp.Engine.Output;
using Gatepost.Storage.Sql;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>Brings the database to this binary's schema, under an advisory lock: of nodes that start together one migrates, and the others wait for it.</summary>
internal sealed class PostgresMigrator(PostgresConnections connections)
{
    private const string Prefix = "Gatepost.Storage.Postgres.Migrations.";
    private const int LongestWaitSeconds = 600;

    /// <summary>The advisory lock: who holds it keeps servers from starting on the database.</summary>
    public const long Lock = 0x4750_4D49_4752_4154;

    /// <summary>Partitions, and what else a cluster needs, are of this version on.</summary>
    public const int OldestServer = 15;

    public string Place => $"{connections.Settings.Host}/{connections.Settings.Database}";

    /// <summary><see cref="Migrate"/> on another thread.</summary>
    public Task MigrateAsync(CancellationToken cancellation) => Task.Run(Migrate, cancellation);

    /// <exception cref="StorageUnavailableException">The server cannot be reached or is too old, the database needs a newer binary, or a script failed.</exception>
    public void Migrate()
    {
        try
        {
            using var connection = new NpgsqlConnection(Settings());
            connection.Open();
            if (connection.PostgreSqlVersion.Major < OldestServer)
                throw new StorageUnavailableException($"{Place} is PostgreSQL {connection.PostgreSqlVersion}; Gatepost needs {OldestServer} or newer.");
            // Held by this connection: if the process dies, the server lets go of it.
            connection.Execute("SELECT pg_advisory_lock(@Lock)", new { Lock }, commandTimeout: LongestWaitSeconds);
            SchemaRequirements.Check(connection);
            SchemaRequirements.Keep(connection, DeployChanges.To
                .PostgresqlDatabase(Settings())
                .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), name => name.StartsWith(Prefix, StringComparison.Ordinal))
                .WithTransactionPerScript()
                .WithVariablesDisabled()
                .LogTo(new NoOpUpgradeLog())
                .Build()
                .PerformUpgrade());
            PostgresPartitions.MakeAhead(connection, TimeProvider.System.GetUtcNow());
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw new StorageUnavailableException($"{Place} cannot be used: {e.Message}", e);
        }
    }

    // Not pooled: the lock ends with the connection. A long migration may wait and run longer than a request.
    private string Settings() => new NpgsqlConnectionStringBuilder(connections.Settings.ConnectionString)
    {
        Pooling = false,
        Options = connections.Settings.Options + " -c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0",
        CommandTimeout = LongestWaitSeconds,
        TargetSessionAttributes = connections.Settings.Host!.Contains(',', StringComparison.Ordinal) ? "read-write" : null,
    }.ConnectionString;
}
