using Npgsql;

namespace Gatepost.Testing;

/// <summary>
/// A real PostgreSQL server of one's own, in a temporary folder, which can be stopped, killed and started again.
/// It ends with this object, at the latest with this process. Not for use by several threads, except for databases.
/// </summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private readonly PostgresClusterOptions options;
    private readonly PostgresFolder folder;
    private PostgresServer? server;
    private int standbys;

    private PostgresCluster(PostgresClusterOptions options, PostgresFolder folder)
    {
        this.options = options;
        this.folder = folder;
        Port = PostgresPort.Take();
    }

    /// <summary>On 127.0.0.1; stays the same over restarts.</summary>
    public int Port { get; }

    public string DataFolder => folder.Data;

    /// <summary>Holds the Unix socket.</summary>
    public string SocketFolder => folder.Root;

    public bool IsRunning => server?.IsRunning ?? false;

    /// <summary>Of the postmaster, the parent of all the server's processes.</summary>
    public int ProcessId => server?.Id ?? throw new InvalidOperationException("The PostgreSQL server is stopped.");

    // Copying files is the faster one as long as nothing waits for the disk.
    private string CopyStrategy => options.Durable ? "WAL_LOG" : "FILE_COPY";

    public static Task<PostgresCluster> StartAsync(PostgresClusterOptions? options = null)
    {
        options ??= new PostgresClusterOptions();
        return StartAsync(options, folder => InitializeAsync(folder, options));
    }

    /// <summary>As the superuser, who needs no password.</summary>
    public string ConnectionString(string database = "postgres") => $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database}";

    /// <summary>The last lines of the server's log.</summary>
    public string ReadLog() => folder.ReadLog();

    /// <param name="template">A database to copy; it must have no connections.</param>
    public Task CreateDatabaseAsync(string name, string template = "template0") =>
        ExecuteAsync($"CREATE DATABASE {Quote(name)} TEMPLATE {Quote(template)} STRATEGY {CopyStrategy}");

    /// <summary>Ends its connections.</summary>
    public Task DropDatabaseAsync(string name) => ExecuteAsync($"DROP DATABASE IF EXISTS {Quote(name)} WITH (FORCE)");

    public Task ExecuteAsync(string sql, string database = "postgres") => QueryAsync(sql, database);

    /// <returns>The first value of the answer.</returns>
    public async Task<object?> QueryAsync(string sql, string database = "postgres")
    {
        // A connection out of a pool may be of an earlier life of the server.
        await using var connection = new NpgsqlConnection($"{ConnectionString(database)};Pooling=false;Command Timeout=120");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async Task StopAsync(PostgresStop mode = PostgresStop.Fast)
    {
        if (server is { IsRunning: true })
            await server.StopAsync(mode);
        Forget();
    }

    /// <summary>kill -9 for the server with all its processes.</summary>
    public async Task KillAsync()
    {
        if (server is { IsRunning: true })
            await server.KillAsync();
        Forget();
    }

    /// <summary>After <see cref="StopAsync"/> or <see cref="KillAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        if (IsRunning)
            throw new InvalidOperationException("The PostgreSQL server is running.");
        Forget();
        server = await PostgresServer.StartAsync(folder, Port);
    }

    public async Task RestartAsync(PostgresStop mode = PostgresStop.Fast)
    {
        await StopAsync(mode);
        await StartAgainAsync();
    }

    /// <summary>A copy that follows this server, with the same options. The caller disposes of it.</summary>
    /// <param name="synchronous">
    /// From the return on, a commit here waits until the standby has it too. The latest such standby counts.
    /// </param>
    public async Task<PostgresCluster> CreateStandbyAsync(bool synchronous)
    {
        var name = $"standby_{++standbys}";
        // A standby that was away for a while must still find where it was.
        await ExecuteAsync("ALTER SYSTEM SET wal_keep_size = '1GB'");
        await ExecuteAsync("SELECT pg_reload_conf()");
        var standby = await StartAsync(options, to => PostgresReplication.CopyAsync(this, to, name));
        try
        {
            await PostgresReplication.FollowAsync(this, standby, name, synchronous);
            return standby;
        }
        catch
        {
            await standby.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a standby a server of its own. Whether the one that it followed still runs is the caller's affair.</summary>
    public async Task PromoteAsync()
    {
        if (await QueryAsync("SELECT pg_promote(wait => true, wait_seconds => 60)") is not true)
            throw new TimeoutException($"The standby was not promoted within 60 s. Its log:\n{ReadLog()}");
    }

    /// <summary>Ends the server and deletes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync(PostgresStop.Immediate);
        }
        finally
        {
            await folder.DisposeAsync();
        }
    }

    private static async Task<PostgresCluster> StartAsync(PostgresClusterOptions options, Func<PostgresFolder, Task> fill)
    {
        var cluster = new PostgresCluster(options, await PostgresFolder.CreateAsync(options.ParentFolder));
        try
        {
            await fill(cluster.folder);
            await cluster.StartAgainAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static async Task InitializeAsync(PostgresFolder folder, PostgresClusterOptions options)
    {
        await PostgresPrograms.RunAsync(
            folder.Root,
            "initdb", "-D", folder.Data, "--username=postgres", "--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync");
        await File.AppendAllLinesAsync(Path.Combine(folder.Data, "postgresql.conf"), options.Lines());
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private void Forget()
    {
        server?.Dispose();
        server = null;
    }
}
