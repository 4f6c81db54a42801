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
    private const string Waits = "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=15s";

    public PostgresConnections(IOptions<StorageOptions> options)
    {
        DapperTypes.Register();
        Settings = Read(options.Value.ConnectionString!);
        // One that names several hosts is asked for the one that takes writes: after a failover that is another one.
        Source = new NpgsqlDataSourceBuilder(Settings.ConnectionString).BuildMultiHost().WithTargetSession(TargetSessionAttributes.ReadWrite);
    }

    public NpgsqlDataSource Source { get; }

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

    public ValueTask DisposeAsync() => Source.DisposeAsync();

    private static NpgsqlConnectionStringBuilder Read(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        Default(given, "Application Name", s => s.ApplicationName = "gatepost");
        Default(given, "Maximum Pool Size", s => s.MaxPoolSize = 24);
        Default(given, "Timeout", s => s.Timeout = 5);
        Default(given, "Command Timeout", s => s.CommandTimeout = 20);
        Default(given, "Keepalive", s => s.KeepAlive = 5);
        Default(given, "Max Auto Prepare", s => s.MaxAutoPrepare = 200);
        Default(given, "Auto Prepare Min Usages", s => s.AutoPrepareMinUsages = 2);
        Default(given, "No Reset On Close", s => s.NoResetOnClose = true);
        Default(given, "Options", s => s.Options = Waits);
        return given;
    }

    private static void Default(NpgsqlConnectionStringBuilder settings, string keyword, Action<NpgsqlConnectionStringBuilder> set)
    {
        if (!settings.Keys.Cast<string>().Contains(keyword, StringComparer.OrdinalIgnoreCase))
            set(settings);
    }
}
