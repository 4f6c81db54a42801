using System.Diagnostics;
using Gatepost.Testing;

namespace Gatepost.Bench.Peers;

/// <summary>The same work on the same server and the same receiver, each time with a fresh database and a fresh process.</summary>
internal sealed class Contest(Workbench bench, PostgresCluster postgres, TimeSpan length, CancellationToken cancellation)
{
    /// <summary>Gatepost's attempts at once for a webhook, as many as the ceiling has; the peers have what suits them.</summary>
    public const int InFlight = 64;

    /// <summary>Publishers wait while so many events are undelivered: an engine is not to look fast by what it leaves for later.</summary>
    public const int Backlog = 5_000;

    private const int GatepostClients = 256;
    private int databases;

    private double PatienceSeconds => 30 + (length.TotalSeconds * 10);

    public Task<PeerPhase> GatepostAsync() => InDatabaseAsync(async connection =>
    {
        bench.Settings["Storage__ConnectionString"] = connection;
        bench.Settings["DataDirectory"] = Path.Combine(bench.Settings.Folder, $"data-{databases}");
        await using var server = await GatepostProcess.StartAsync(bench.Settings, cancellation);
        var key = await bench.AddOrganizationAsync("peers", 1, i => bench.Receiver.Url(i), cancellation);
        // As long as what is measured, for all: a fresh process spends its first seconds on compiling.
        await PublishAsync(server, key, length);
        return await MeasureAsync(async () =>
        {
            var phase = await PublishAsync(server, key, length);
            return new PeerPhase(phase.PerSecond, phase.CpuMicrosPerDelivery, 0, phase.Acked, phase.Delivered, phase.Lost, phase.Duplicates);
        });
    });

    /// <param name="clients">The peer publishes in its own process, without our HTTP in between: as many as suit it.</param>
    public Task<PeerPhase> PeerAsync(string binary, string peer, int clients) => InDatabaseAsync(async connection =>
    {
        using var process = new PeerProcess(binary, peer, connection);
        await PublishAsync(process, clients, length);
        return await MeasureAsync(() => PublishAsync(process, clients, length));
    });

    private async Task<PeerPhase> InDatabaseAsync(Func<string, Task<PeerPhase>> run)
    {
        var name = $"peers_{++databases}";
        await postgres.CreateDatabaseAsync(name);
        // What the one before has left in memory is not written at the cost of this one.
        await postgres.ExecuteAsync("CHECKPOINT");
        try
        {
            return await run(postgres.ConnectionString(name));
        }
        finally
        {
            await postgres.DropDatabaseAsync(name);
        }
    }

    private async Task<PeerPhase> MeasureAsync(Func<Task<PeerPhase>> run)
    {
        var before = ProcessTreeCpu.Of(postgres.ProcessId);
        var phase = await run();
        return phase with { PostgresMicros = (ProcessTreeCpu.Of(postgres.ProcessId) - before).TotalMicroseconds / phase.Delivered };
    }

    private async Task<EnginePhase> PublishAsync(GatepostProcess server, string key, TimeSpan time)
    {
        var phase = await EnginePhase.StartAsync(bench, server, 1, cancellation);
        phase.Load.Backlog = Backlog;
        await phase.Load.PublishAsync(EventTemplate.One(bench.Host, key), GatepostClients, time, cancellation);
        await phase.FinishAsync(time, cancellation);
        return phase;
    }

    private async Task<PeerPhase> PublishAsync(PeerProcess process, int clients, TimeSpan time)
    {
        var ledger = bench.Receiver.Open(1);
        var order = new PeerOrder(
            new Uri(bench.Receiver.Url(0)), Receiver.Secret, ledger.Tag, bench.Receiver.Sample ?? EventTemplate.Envelope(), time.TotalSeconds, clients, Backlog, PatienceSeconds);
        var began = Stopwatch.GetTimestamp();
        var result = await process.PublishAsync(order, cancellation);
        var delivered = ledger.Received;
        bench.Receiver.Close(ledger);
        return new PeerPhase(
            delivered / Percentiles.Seconds(ledger.LastReceipt - began),
            result.CpuSeconds * 1_000_000 / delivered,
            0,
            result.Acked,
            delivered,
            Math.Max(0, result.Acked - delivered),
            ledger.Duplicates);
    }
}
