using System.Reflection;
using Dapper;
using DbUp;
using DbUp.Engine.Output;
using Microsoft.Data.Sqlite;

namespace Gatepost.Storage.Sqlite;

/// <summary>
/// Brings the file to this binary's schema. Each script names the oldest binary that may still run on its result;
/// only that stops a start, so that an older binary can go on through an additive upgrade.
/// </summary>
internal sealed class SqliteMigrator(SqliteConnections connections)
{
    private const string Prefix = "Gatepost.Storage.Sqlite.Migrations.";
    private const string Marker = "-- oldest-binary:";

    public static Version BinaryVersion { get; } = typeof(SqliteMigrator).Assembly.GetName().Version!;

    /// <exception cref="StorageUnavailableException">The file is no database, needs a newer binary, or a script failed.</exception>
    public void Migrate()
    {
        try
        {
            using var connection = connections.OpenWriter();
            Migrate(connection);
        }
        catch (SqliteException e)
        {
            throw new StorageUnavailableException($"{connections.DatabasePath} cannot be used: {e.Message} Restore a backup, or begin with an empty DataDirectory.", e);
        }
    }

    private void Migrate(SqliteConnection connection)
    {
        connection.Execute("CREATE TABLE IF NOT EXISTS schema_requirements (script TEXT PRIMARY KEY, oldest_binary TEXT NOT NULL)");
        RefuseIfTooOld(connection);

        var result = DeployChanges.To
            .SqliteDatabase($"Data Source={connections.DatabasePath};Pooling=False")
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .WithTransactionPerScript()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new StorageUnavailableException($"Migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);

        foreach (var script in result.Scripts)
        {
            connection.Execute(
                "INSERT OR REPLACE INTO schema_requirements VALUES (@Name, @Oldest)",
                new { script.Name, Oldest = OldestBinary(script.Contents) });
        }
    }

    private static void RefuseIfTooOld(SqliteConnection connection)
    {
        foreach (var (script, oldest) in connection.Query<(string, string)>("SELECT script, oldest_binary FROM schema_requirements ORDER BY script"))
        {
            if (Version.Parse(oldest) > BinaryVersion)
            {
                throw new StorageUnavailableException(
                    $"This database was upgraded by {script} and needs Gatepost {oldest} or newer; this is {BinaryVersion}. Start a newer binary, or restore a backup.");
            }
        }
    }

    private static string OldestBinary(string script)
    {
        var line = script.Split('\n').First(l => l.StartsWith(Marker, StringComparison.Ordinal));
        return Version.Parse(line[Marker.Length..].Trim()).ToString();
    }
}
