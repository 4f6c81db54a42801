using Gatepost.Testing;
using Npgsql;

namespace Gatepost.Bench.Postgres;

/// <summary>
/// The PostgreSQL server of a run: the one that was named, or a private one that makes every commit durable. Each Gatepost server
/// that would have had a file of its own gets a database of its own, which goes with the run.
/// </summary>
internal sealed class BenchPostgres : IAsyncDisposable
{
    public const string Provider = "postgres";

    private static readonly string[] Settings =
    [
        "fsync = on", "synchronous_commit = on", "full_page_writes = on", "shared_buffers = 512MB", "max_wal_size = 4GB", "min_wal_size = 2GB",
        "pg_stat_statements.track = top", "pg_stat_statements.track_utility = on",
    ];

    private readonly string given;
    private readonly List<string> databases = [];

    private BenchPostgres(string given, PostgresCluster? cluster)
    {
        (this.given, Cluster) = (given, cluster);
        Meter = new PostgresMeter(this);
    }

    /// <summary>Null when the server is somebody else's.</summary>
    public PostgresCluster? Cluster { get; }

    public PostgresMeter Meter { get; }

    public static async Task<BenchPostgres> StartAsync(BenchOptions options)
    {
        if (options.ConnectionString is { } given)
            return new BenchPostgres(given, null);
        var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions
        {
            Durable = true,
            MaxConnections = 300,
            SharedPreloadLibraries = ["pg_stat_statements"],
            Settings = Settings,
            ParentFolder = options.Data ?? Path.GetTempPath(),
        });
        return new BenchPostgres(cluster.ConnectionString(), cluster);
    }

    /// <returns>The connection string of a new database.</returns>
    public async Task<string> AddDatabaseAsync()
    {
        var name = "gatepost_bench_" + Guid.NewGuid().ToString("N")[..8];
        await QueryAsync($"CREATE DATABASE {name} TEMPLATE template0");
        databases.Add(new NpgsqlConnectionStringBuilder(given) { Database = name }.ConnectionString);
        return databases[^1];
    }

    /// <summary>Ends its connections.</summary>
    public Task DropDatabaseAsync(string database) =>
        QueryAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(database).Database} WITH (FORCE)");

    /// <summary>In the database that was there before.</summary>
    /// <returns>The first value of the answer.</returns>
    public Task<object?> QueryAsync(string sql) => QueryAsync(given, sql);

    /// <returns>The first value of the answer.</returns>
    public static async Task<object?> QueryAsync(string database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>A connection out of a pool may be of an earlier life of the server.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var settings = new NpgsqlConnectionStringBuilder(database) { Pooling = false, CommandTimeout = 0, ApplicationName = "bench" };
        // Of several servers the one that takes writes.
        await using var source = new NpgsqlDataSourceBuilder(settings.ConnectionString).BuildMultiHost();
        return await source.OpenConnectionAsync(TargetSessionAttributes.ReadWrite);
    }

    public async ValueTask DisposeAsync()
    {
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
            return;
        }

        foreach (var database in databases)
            await DropDatabaseAsync(database);
    }
}
