using System.Diagnostics;

namespace Gatepost.Bench.Cluster;

/// <summary>What each group of nodes delivers when nothing fails: published to as fast as it can, in alternation after a warm-up.</summary>
internal sealed class CalmPhase(Workbench bench, IReadOnlyList<NodeGroup> groups, BenchOptions options)
{
    private const int Clients = 256;
    private const int DefaultRounds = 3;

    // A fresh process spends its first half minute under load on compiling, and of many each gets a part of the load.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan DrainPatience = TimeSpan.FromMinutes(4);

    private readonly TimeSpan length = TimeSpan.FromSeconds(options.Seconds ?? 8);
    private long lost;
    private long duplicates;

    public async Task RunAsync(Report report, CancellationToken cancellation)
    {
        var perSecond = groups.Select(_ => new List<double>()).ToArray();
        foreach (var group in groups)
            await StretchAsync(group, "warm-up", WarmUp * group.Nodes.Count, cancellation);
        for (var round = 1; round <= (options.Rounds ?? DefaultRounds); round++)
        {
            // To and fro, so that none profits from its place.
            foreach (var i in round % 2 == 0 ? Enumerable.Range(0, groups.Count) : Enumerable.Range(0, groups.Count).Reverse())
            {
                await bench.Postgres!.Meter.ResetAsync();
                perSecond[i].Add(await StretchAsync(groups[i], $"round {round}", length, cancellation));
                if (options.Faults == 0)
                    (await bench.Postgres.Meter.TopAsync(8)).ToList().ForEach(Report.Say);
            }
        }

        for (var i = 0; i < groups.Count; i++)
        {
            report[$"{Key(groups[i])}PerSecond"] = Percentiles.Median(perSecond[i]);
            report[$"{Key(groups[i])}PerSeconds"] = perSecond[i];
        }

        report["calmLost"] = lost;
        report["calmDuplicates"] = duplicates;
    }

    /// <returns>Deliveries per second, over publishing and the rest of delivering together.</returns>
    private async Task<double> StretchAsync(NodeGroup group, string name, TimeSpan duration, CancellationToken cancellation)
    {
        var ledger = bench.Receiver.Open(webhooks: 1);
        var load = new RoundRobinLoad(group.Nodes, group.Templates, ledger) { IsApart = group.IsApart };
        var (began, nodesBefore, postgresBefore) = (Stopwatch.GetTimestamp(), CpuOf(group), bench.Postgres!.Meter.CpuTime);
        await load.PublishAsync(Clients, duration, cancellation);
        await ledger.WaitForAllAsync(DrainPatience, cancellation);
        var perSecond = ledger.Received / Percentiles.Seconds(ledger.LastReceipt - began);
        var (nodes, postgres) = (CpuOf(group) - nodesBefore, bench.Postgres.Meter.CpuTime - postgresBefore);
        var times = new Percentiles(ledger.DeliveryTimes());
        Report.Say($"{name}: {Key(group)} {perSecond:n0}/s, {nodes.TotalMicroseconds / ledger.Received:n0} + {postgres.TotalMicroseconds / ledger.Received:n0} µs, "
            + $"{load.Retries} retries, delivered after {times.At(0.5):n0} ms, p99 {times.At(0.99):n0} ms, the last after {times.Max:n0} ms");
        (lost, duplicates) = (lost + ledger.Missing(), duplicates + ledger.Duplicates);
        bench.Receiver.Close(ledger);
        return perSecond;
    }

    private static string Key(NodeGroup group) => group.IsApart ? $"apart{group.Nodes.Count}" : $"nodes{group.Nodes.Count}";

    private static TimeSpan CpuOf(NodeGroup group) => group.Nodes.Aggregate(TimeSpan.Zero, (sum, n) => sum + n.Process.CpuTime);
}
