using Gatepost.Storage.Postgres;
using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage;

/// <summary>Where the facts live.</summary>
internal sealed class StorageOptions
{
    public const string SectionName = "Storage";
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    /// <summary><c>sqlite</c>: one file beside the process. <c>postgres</c>: a database that several nodes may share.</summary>
    public string Provider { get; set; } = Sqlite;

    /// <summary>SQLite: overrides the file that follows from the data directory, a path or <c>Data Source=...</c>. PostgreSQL: Npgsql's keywords.</summary>
    public string? ConnectionString { get; set; }

    public IEnumerable<string> Faults()
    {
        if (Provider is not (Sqlite or Postgres))
            yield return $"Gatepost__Storage__Provider '{Provider}' is not known; it is {Sqlite} or {Postgres}.";
        else if (Provider == Postgres && PostgresConnections.FaultOf(ConnectionString) is { } fault)
            yield return $"Gatepost__Storage__ConnectionString {fault}";
        else if (Provider == Sqlite && !SqliteConnections.IsFile(ConnectionString))
            yield return "Gatepost__Storage__ConnectionString must be the path of a file, or Data Source=<path>.";
    }
}
