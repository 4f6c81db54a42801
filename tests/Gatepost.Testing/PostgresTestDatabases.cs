using System.Collections.Concurrent;

namespace Gatepost.Testing;

/// <summary>
/// Databases of one PostgreSQL server that all tests of a process share: the first who asks starts it, and it ends with the process.
/// </summary>
internal static class PostgresTestDatabases
{
    private static readonly Lazy<Task<PostgresCluster>> Cluster = new(StartAsync);
    private static readonly ConcurrentDictionary<string, Lazy<Task>> Templates = new(StringComparer.Ordinal);
    private static int databases;

    /// <summary>An empty database.</summary>
    public static Task<PostgresTestDatabase> CreateAsync() => CopyAsync("template0");

    /// <summary>A copy of a template that is prepared once.</summary>
    /// <param name="prepare">Fills the template, for example with migrations; is given its connection string.</param>
    public static async Task<PostgresTestDatabase> CreateFromTemplateAsync(string templateName, Func<string, Task> prepare)
    {
        await Templates.GetOrAdd(templateName, name => new Lazy<Task>(() => PrepareAsync(name, prepare))).Value;
        return await CopyAsync(templateName);
    }

    private static async Task<PostgresCluster> StartAsync()
    {
        var cluster = await PostgresCluster.StartAsync(new() { MaxConnections = 300 });
        // Nobody can await any more by then.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return cluster;
    }

    private static async Task PrepareAsync(string name, Func<string, Task> prepare)
    {
        var cluster = await Cluster.Value;
        await cluster.CreateDatabaseAsync(name);
        await prepare(cluster.ConnectionString(name));
        // A database with a connection, such as an idle one of a pool, cannot be copied.
        await cluster.ExecuteAsync($"""
            ALTER DATABASE "{name}" ALLOW_CONNECTIONS false;
            SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}';
            """);
    }

    private static async Task<PostgresTestDatabase> CopyAsync(string template)
    {
        var cluster = await Cluster.Value;
        var name = $"test_{Interlocked.Increment(ref databases)}";
        await cluster.CreateDatabaseAsync(name, template);
        return new PostgresTestDatabase(cluster, name);
    }
}
