using Gatepost.Storage.Sql;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>
/// The pool of connections. What the operator's connection string says stands; where it says nothing, every wait has an end: for
/// a connection, for a statement, for a lock, and for a transaction that nobody goes on with.
/// </summary>
internal sealed class PostgresConnections : IAsyncDisposable
{
    // What is hot finds its rows by key, however many rows the planner believes there are: statistics of a table that was empty a moment
    // ago would have it read the table for every batch.
    private const string ByKey = " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=auto";
    private const int HotPool = 8;
    private const int HotBuffer = 128 * 1024; // a batch at once: the server is not woken for each part of it

    // Compiling a statement costs more than any of ours takes to run. A plan for any value takes a page of fifty for a tenth of the table, and
    // a large organization for one like all others: each statement is planned for its own values.
    private const string ForEach = "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=5s -c jit=off -c plan_cache_mode=force_custom_plan";

    private readonly NpgsqlMultiHostDataSource hosts;
    private readonly NpgsqlMultiHostDataSource hot;

    public PostgresConnections(IOptions<StorageOptions> options)
    {
        DapperTypes.Register();
        Settings = Read(options.Value.ConnectionString!);
        // Of several hosts the one that takes writes: after a failover that is another one. Where none does, reading goes on.
        hosts = new NpgsqlDataSourceBuilder(Settings.ConnectionString).BuildMultiHost();
        Source = hosts.WithTargetSession(TargetSessionAttributes.ReadWrite);
        hot = new NpgsqlDataSourceBuilder(
            new NpgsqlConnectionStringBuilder(Settings.ConnectionString)
            {
                Options = Settings.Options + ByKey,
                MaxPoolSize = Math.Min(HotPool, Settings.MaxPoolSize),
                WriteBufferSize = Math.Max(HotBuffer, Settings.WriteBufferSize),
                ReadBufferSize = Math.Max(HotBuffer, Settings.ReadBufferSize),
            }.ConnectionString).BuildMultiHost();
        Hot = hot.WithTargetSession(TargetSessionAttributes.ReadWrite);
        Reader = hosts.WithTargetSession(TargetSessionAttributes.PreferPrimary);
    }

    public NpgsqlDataSource Source { get; }

    public NpgsqlDataSource Reader { get; }

    /// <summary>For publishing, claiming and recording.</summary>
    public NpgsqlDataSource Hot { get; }

    /// <summary>As it is used, with our defaults.</summary>
    public NpgsqlConnectionStringBuilder Settings { get; }

    /// <returns>Null when it can be read.</returns>
    public static string? FaultOf(string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
            return "is missing; postgres needs it, such as Host=db;Username=gatepost;Password=...;Database=gatepost.";
        try
        {
            return Read(connectionString) is { Host: null or "" } or { Database: null or "" } ? "must name Host and Database." : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException)
        {
            return $"cannot be read: {e.Message}";
        }
    }

    /// <summary>Idle connections to a server that has changed its mind are no use.</summary>
    public void Clear()
    {
        Source.Clear();
        Hot.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await hosts.DisposeAsync().ConfigureAwait(false);
        await hot.DisposeAsync().ConfigureAwait(false);
    }

    private static NpgsqlConnectionStringBuilder Read(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        Default(given, "Application Name", s => s.ApplicationName = "gatepost");
        Default(given, "Maximum Pool Size", s => s.MaxPoolSize = 24);
        Default(given, "Timeout", s => s.Timeout = 5);
        Default(given, "Command Timeout", s => s.CommandTimeout = 20);
        // A commit that waits too long for a standby must not be cancelled and taken for made: the connection is given up, and the caller told.
        Default(given, "Cancellation Timeout", s => s.CancellationTimeout = -1);
        Default(given, "Keepalive", s => s.KeepAlive = 5);
        Default(given, "Max Auto Prepare", s => s.MaxAutoPrepare = 200);
        Default(given, "Auto Prepare Min Usages", s => s.AutoPrepareMinUsages = 2);
        Default(given, "No Reset On Close", s => s.NoResetOnClose = true);
        Default(given, "Host Recheck Seconds", s => s.HostRecheckSeconds = 1);
        Default(given, "Options", s => s.Options = ForEach);
        return given;
    }

    private static void Default(NpgsqlConnectionStringBuilder settings, string keyword, Action<NpgsqlConnectionStringBuilder> set)
    {
        if (!settings.Keys.Cast<string>().Contains(keyword, StringComparer.OrdinalIgnoreCase))
            set(settings);
    }
}
