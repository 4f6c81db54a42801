using System.Diagnostics;
using System.Net;
using Gatepost.Testing;

namespace Gatepost.Bench.Peers;

/// <summary>The same work on the same server and the same receiver, each time with a fresh database and a fresh process.</summary>
internal sealed class Contest(Workbench bench, PostgresCluster postgres, TimeSpan length, CancellationToken cancellation)
{
    /// <summary>Gatepost's attempts at once for a webhook, as many as the ceiling has; the peers have what suits them.</summary>
    public const int InFlight = 64;

    /// <summary>Of the load client, each with a connection of its own.</summary>
    public const int Clients = 256;

    /// <summary>Publishers wait while so many events are undelivered: an engine is not to look fast by what it leaves for later.</summary>
    public const int Backlog = 5_000;

    private const int WarmUps = 3;

    private int databases;

    public Task<PeerPhase> GatepostAsync() => InDatabaseAsync(async connection =>
    {
        bench.Settings["Storage__ConnectionString"] = connection;
        bench.Settings["DataDirectory"] = Path.Combine(bench.Settings.Folder, $"data-{databases}");
        await using var server = await GatepostProcess.StartAsync(bench.Settings, cancellation);
        var key = await bench.AddOrganizationAsync("peers", 1, i => bench.Receiver.Url(i), cancellation);
        return await MeasureAsync(() => server.CpuTime, (ledger, backlog) => PublishAsync(bench.Settings.Address, key, ledger, backlog));
    });

    /// <summary>Over HTTP, by the same load client as Gatepost.</summary>
    public Task<PeerPhase> PeerAsync(string binary, string peer) => WithPeerAsync(
        binary, peer, (process, ledger, backlog) => PublishAsync(process.Address, process.Key, ledger, backlog));

    /// <param name="clients">The peer publishes in its own process, without HTTP in between: as many as suit it.</param>
    public Task<PeerPhase> PeerInProcessAsync(string binary, string peer, int clients) => WithPeerAsync(
        binary, peer, (process, ledger, backlog) => PublishInProcessAsync(process, clients, ledger, backlog));

    private Task<PeerPhase> WithPeerAsync(string binary, string peer, Func<PeerProcess, Ledger, int, Task<int>> publish) => InDatabaseAsync(async connection =>
    {
        using var process = await PeerProcess.StartAsync(binary, peer, connection, bench.Receiver.Url(0), cancellation);
        return await MeasureAsync(() => process.CpuTime, (ledger, backlog) => publish(process, ledger, backlog));
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

    private async Task<PeerPhase> MeasureAsync(Func<TimeSpan> processCpu, Func<Ledger, int, Task<int>> publish)
    {
        // Three times as long as what is measured, for all: a fresh process spends its first half minute under load on compiling.
        // With less left over each time, for a slow engine would take minutes for that.
        for (var i = 0; i < WarmUps; i++)
            await StretchAsync(processCpu, ledger => publish(ledger, Backlog / 10));
        return await StretchAsync(processCpu, ledger => publish(ledger, Backlog));
    }

    /// <param name="publish">Publishes for the contest's length and returns how many events were acknowledged.</param>
    private async Task<PeerPhase> StretchAsync(Func<TimeSpan> processCpu, Func<Ledger, Task<int>> publish)
    {
        TimeSpan PostgresCpu() => ProcessTreeCpu.Of(postgres.ProcessId);
        var ledger = bench.Receiver.Open(1);
        var (processBefore, postgresBefore, began) = (processCpu(), PostgresCpu(), Stopwatch.GetTimestamp());
        var acked = await publish(ledger);
        await ledger.WaitForAsync(acked, TimeSpan.FromSeconds(30) + (length * 10), cancellation);
        var delivered = ledger.Received;
        var seconds = Percentiles.Seconds(ledger.LastReceipt - began);
        // What is written down after the last receipt is part of what the deliveries cost.
        await Task.Delay(500, cancellation);
        bench.Receiver.Close(ledger);
        return new PeerPhase(
            delivered / seconds,
            (processCpu() - processBefore).TotalMicroseconds / delivered,
            (PostgresCpu() - postgresBefore).TotalMicroseconds / delivered,
            acked,
            delivered,
            Math.Max(0, acked - delivered),
            ledger.Duplicates);
    }

    private async Task<int> PublishAsync(IPEndPoint server, string key, Ledger ledger, int backlog)
    {
        var load = new LoadClient(server, ledger) { Backlog = backlog };
        await load.PublishAsync(EventTemplate.One(server.ToString(), key), Clients, length, cancellation);
        return ledger.Acked;
    }

    private Task<int> PublishInProcessAsync(PeerProcess process, int clients, Ledger ledger, int backlog)
    {
        var body = bench.Receiver.Sample ?? EventTemplate.Envelope();
        return process.PublishAsync(new PeerOrder(ledger.Tag, body, length.TotalSeconds, clients, backlog), cancellation);
    }
}
