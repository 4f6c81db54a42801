using System.Reflection;
using DbUp;
using DbUp.Engine.Output;
using Gatepost.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Gatepost.Storage.Sqlite;

/// <summary>Brings the file to this binary's schema.</summary>
internal sealed class SqliteMigrator(SqliteConnections connections) : IStorageSetup
{
    private const string Prefix = "Gatepost.Storage.Sqlite.Migrations.";

    public string Place => connections.DatabasePath;

    public Task PrepareAsync(CancellationToken cancellation)
    {
        Migrate();
        return Task.CompletedTask;
    }

    /// <exception cref="StorageUnavailableException">The file is no database, needs a newer binary, or a script failed.</exception>
    public void Migrate()
    {
        try
        {
            using var connection = connections.OpenWriter();
            SchemaRequirements.Check(connection);
            SchemaRequirements.Keep(connection, DeployChanges.To
                .SqliteDatabase($"Data Source={connections.DatabasePath};Pooling=False")
                .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), name => name.StartsWith(Prefix, StringComparison.Ordinal))
                .WithTransactionPerScript()
                .LogTo(new NoOpUpgradeLog())
                .Build()
                .PerformUpgrade());
        }
        catch (SqliteException e)
        {
            throw new StorageUnavailableException($"{connections.DatabasePath} cannot be used: {e.Message} Restore a backup, or begin with an empty DataDirectory.", e);
        }
    }
}
