using System.Data.Common;
using Dapper;
using DbUp.Engine;

namespace Gatepost.Storage.Sql;

/// <summary>
/// Each migration names the oldest binary that may still run on its result; only that stops a start, so that an older binary can
/// go on through an additive upgrade.
/// </summary>
internal static class SchemaRequirements
{
    private const string Marker = "-- oldest-binary:";

    public static Version BinaryVersion { get; } = typeof(SchemaRequirements).Assembly.GetName().Version!;

    /// <exception cref="StorageUnavailableException">The database needs a newer binary.</exception>
    public static void Check(DbConnection connection)
    {
        connection.Execute("CREATE TABLE IF NOT EXISTS schema_requirements (script TEXT PRIMARY KEY, oldest_binary TEXT NOT NULL)");
        foreach (var (script, oldest) in connection.Query<(string, string)>("SELECT script, oldest_binary FROM schema_requirements ORDER BY script"))
        {
            if (Version.Parse(oldest) > BinaryVersion)
            {
                throw new StorageUnavailableException(
                    $"This database was upgraded by {script} and needs Gatepost {oldest} or newer; this is {BinaryVersion}. Start a newer binary, or restore a backup.");
            }
        }
    }

    /// <exception cref="StorageUnavailableException">A script failed.</exception>
    public static void Keep(DbConnection connection, DatabaseUpgradeResult result)
    {
        if (!result.Successful)
            throw new StorageUnavailableException($"{result.ErrorScript?.Name ?? "Migrating"} failed: {result.Error.Message}", result.Error);
        foreach (var script in result.Scripts)
        {
            connection.Execute(
                "INSERT INTO schema_requirements (script, oldest_binary) VALUES (@Name, @Oldest) ON CONFLICT (script) DO UPDATE SET oldest_binary = excluded.oldest_binary",
                new { script.Name, Oldest = OldestBinary(script.Contents) });
        }
    }

    private static string OldestBinary(string script)
    {
        var line = script.Split('\n').First(l => l.StartsWith(Marker, StringComparison.Ordinal));
        return Version.Parse(line[Marker.Length..].Trim()).ToString();
    }
}
