namespace Gatepost.Testing;

/// <summary>What a private PostgreSQL server is to be like.</summary>
internal sealed record PostgresClusterOptions
{
    /// <summary>
    /// PostgreSQL's own safe defaults. Without it nothing waits for the disk: what is committed outlives the server, not the machine.
    /// </summary>
    public bool Durable { get; init; }

    public int MaxConnections { get; init; } = 100;

    /// <summary>For example pg_stat_statements, which Debian's server package holds.</summary>
    public IReadOnlyList<string> SharedPreloadLibraries { get; init; } = [];

    /// <summary>Further lines of postgresql.conf; they win over all others.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Where the server's folder is made, for example on the disk that is to be measured. The user postgres must get there.</summary>
    public string ParentFolder { get; init; } = Path.GetTempPath();

    // Shared memory in a file: one that is killed leaves nothing in /dev/shm.
    private static readonly string[] Fast =
        ["fsync = off", "synchronous_commit = off", "full_page_writes = off", "dynamic_shared_memory_type = mmap"];

    /// <summary>Lines of postgresql.conf.</summary>
    internal IEnumerable<string> Lines() =>
    [
        $"max_connections = {MaxConnections}",
        $"shared_preload_libraries = '{string.Join(',', SharedPreloadLibraries)}'",
        .. Durable ? [] : Fast,
        .. Settings,
    ];
}
