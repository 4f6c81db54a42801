namespace Gatepost.Storage;

/// <summary>Where the facts live.</summary>
internal sealed class StorageOptions
{
    public const string SectionName = "Storage";

    /// <summary><c>sqlite</c>: one file beside the process.</summary>
    public string Provider { get; set; } = "sqlite";

    /// <summary>Overrides the connection that follows from the data directory; SQLite takes a path or <c>Data Source=...</c>.</summary>
    public string? ConnectionString { get; set; }

    public IEnumerable<string> Faults()
    {
        if (Provider != "sqlite")
            yield return $"Gatepost__Storage__Provider '{Provider}' is not known; this version has sqlite.";
        else if (!Sqlite.SqliteConnections.IsFile(ConnectionString))
            yield return "Gatepost__Storage__ConnectionString must be the path of a file, or Data Source=<path>.";
    }
}
