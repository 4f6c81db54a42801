using System.Diagnostics;
using Gatepost.Bench.Postgres;
using Npgsql;

namespace Gatepost.Bench.Cluster;

/// <summary>One node over its lives: the same address, the same data directory.</summary>
internal sealed class ClusterNode(int number, ServerSettings settings, string database) : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    private GatepostProcess? process;

    public int Number => number;

    public ServerSettings Settings => settings;

    /// <summary>Until when the balancer sends nothing here, after it got no answer; 0: it has not been out since its last answer.</summary>
    public long OutUntil { get; set; }

    /// <summary>A fault is under way.</summary>
    public bool IsInFault { get; set; }

    public GatepostProcess Process => process ?? throw new InvalidOperationException($"Node {number} is down.");

    /// <summary>Starts that ended before the node was ready, over all lives.</summary>
    public int FailedStarts { get; private set; }

    /// <summary>Comes back as a supervisor would bring it back: again and again.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (process is null)
        {
            try
            {
                process = await GatepostProcess.StartAsync(settings, cancellation);
            }
            catch (InvalidOperationException e) when (Stopwatch.GetElapsedTime(began) < StartPatience)
            {
                FailedStarts++;
                Report.Say($"node {number} did not start and is started again: {WhyNot(e.Message)}");
                await Task.Delay(500, cancellation);
            }
        }
    }

    public async Task KillAsync()
    {
        await Process.KillAsync();
        await Process.DisposeAsync();
        process = null;
    }

    /// <summary>SIGTERM.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(CancellationToken cancellation)
    {
        await Process.StopAsync(cancellation);
        var code = Process.ExitCode;
        await Process.DisposeAsync();
        process = null;
        return code;
    }

    /// <returns>The shards that the node leases by what the database says.</returns>
    public async Task<HashSet<int>> ReadShardsAsync()
    {
        var id = (await File.ReadAllTextAsync(Path.Combine(settings.DataDirectory, "node-id"))).Trim();
        await using var connection = await BenchPostgres.OpenAsync(database);
        await using var command = new NpgsqlCommand(
            "SELECT shard FROM shards JOIN epochs ON epochs.seq = shards.epoch WHERE node LIKE '%/' || $1", connection)
        {
            Parameters = { new() { Value = id } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        var shards = new HashSet<int>();
        while (await reader.ReadAsync())
            shards.Add(reader.GetInt32(0));
        return shards;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is null)
            return;
        process.Continue();
        await process.DisposeAsync();
        process = null;
    }

    // It says so in one sentence; the lines before it are of its former lives too.
    private static string WhyNot(string log) =>
        Array.FindLast(log.Split('\n'), l => l.StartsWith("Gatepost cannot start", StringComparison.Ordinal)) ?? log;
}
