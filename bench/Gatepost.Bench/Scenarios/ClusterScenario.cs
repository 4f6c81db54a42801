using Gatepost.Bench.Cluster;
using Gatepost.Bench.Postgres;

namespace Gatepost.Bench.Scenarios;

/// <summary>
/// Several nodes over one PostgreSQL: what 1, 2 and 3 of them deliver in calm, then faults of nodes and of the database under
/// a constant load. The receiver outlives all and is the judge.
/// </summary>
internal static class ClusterScenario
{
    // More than there are shards: each shard has a lane at least.
    private const int Lanes = 96;
    private const int Clients = 64;
    private const double EventsPerSecond = 300;
    private static readonly int[] Sizes = [1, 2, 3];
    private static readonly int[] Retries = [1, 1, 1, 5, 5, 5, 30, 30, 30, 30];
    private static readonly TimeSpan DrainPatience = TimeSpan.FromMinutes(4);

    // Attempts last long enough to be in flight when a fault comes, and two of them to meet.
    private static readonly TimeSpan AnswerAfter = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AnswerJitter = TimeSpan.FromMilliseconds(40);

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        await using var bench = await Workbench.SetUpAsync(options with { Storage = BenchPostgres.Provider }, cancellation);
        var database = bench.Postgres!.Cluster
            ?? throw new InvalidOperationException("cluster stops its database at random: it needs a private one, without --connection-string.");
        var report = new Report("cluster", options with { Storage = BenchPostgres.Provider }) { ["seed"] = options.Seed };
        report["ceilingPerSecond"] = await bench.ShortCeilingAsync(cancellation);
        var groups = new List<NodeGroup>();
        try
        {
            foreach (var nodes in Sizes)
                groups.Add(await NodeGroup.StartAsync(bench, nodes, Lanes, Retries, cancellation));
            groups.Add(await NodeGroup.StartApartAsync(bench, 2, Lanes, Retries, cancellation));
            await new CalmPhase(bench, groups, options).RunAsync(report, cancellation);
        }
        finally
        {
            foreach (var group in groups)
                await group.DropAsync(bench);
        }

        if (options.Faults == 0)
            return report;
        // So few attempts at once that the duplicates of a fault say something.
        await using var faulty = await NodeGroup.StartAsync(bench, Sizes[^1], Lanes, Retries, cancellation, NodeGroup.FewPlaces);
        await new FaultyPhase(bench, faulty, database, options).RunAsync(report, cancellation);
        return report;
    }

    /// <summary>The part of the run with the faults.</summary>
    private sealed class FaultyPhase(Workbench bench, NodeGroup group, Testing.PostgresCluster database, BenchOptions options)
    {
        private readonly FaultLog log = new();
        private readonly Ledger ledger = bench.Receiver.Open(webhooks: 1);

        public async Task RunAsync(Report report, CancellationToken cancellation)
        {
            await group.WaitForBalanceAsync(cancellation);
            var watch = new AttemptWatch(ledger, log);
            (bench.Receiver.AnswerAfter, bench.Receiver.AnswerJitter, bench.Receiver.Watch) = (AnswerAfter, AnswerJitter, watch);
            var chance = new Random(options.Seed);
            var load = new RoundRobinLoad(group.Nodes, group.Templates, ledger);
            var runner = new FaultRunner(group, database, log, chance);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var publishing = load.PaceAsync(Clients, EventsPerSecond, stop.Token, cancellation);
            try
            {
                await runner.RunAsync(FaultPlan.Draw(options.Faults ?? 30, chance), cancellation);
                await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
            }
            finally
            {
                await stop.CancelAsync();
                await publishing;
            }

            await DrainAsync(cancellation);
            await SummarizeAsync(report, watch, load, runner);
        }

        private async Task DrainAsync(CancellationToken cancellation)
        {
            if (!await ledger.WaitForAllAsync(DrainPatience, cancellation))
                await group.SayMissingAsync(ledger);
            // A duplicate that is still on its way is to be counted.
            await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
        }

        private async Task SummarizeAsync(Report report, AttemptWatch watch, RoundRobinLoad load, FaultRunner runner)
        {
            var unexplained = log.Explain(watch.SecondReceipts);
            foreach (var receipt in unexplained.Take(10))
                Report.Say($"a second receipt without a fault: event {receipt.Number} of lane {receipt.Lane}, {Percentiles.Milliseconds(receipt.Again - receipt.First):n0} ms after the first");
            foreach (var (fault, (lane, wait)) in log.All.Select(f => (f, f.Slowest)).Where(f => f.Slowest.Wait > 0).OrderByDescending(f => f.Slowest.Wait).Take(5))
                Report.Say($"slow: lane {lane} of shard {group.ShardOfLane[lane]} went on {Percentiles.Milliseconds(wait):n0} ms after {fault.Name}");
            var takeover = log.Waits(FaultKind.Kill, FaultKind.LongKill, FaultKind.LongPause);
            var statuses = await group.CountByStatusAsync();
            report["faults"] = log.All.Count;
            report["acked"] = ledger.Acked;
            report["received"] = ledger.Received;
            report["lost"] = ledger.Missing();
            report["duplicates"] = ledger.Duplicates;
            report["duplicatesAllowed"] = NodeGroup.FewPlaces
                * (log.Count(FaultKind.Kill, FaultKind.LongKill, FaultKind.LongPause) + (log.Count(FaultKind.Database) * group.Nodes.Count));
            report["unexplainedDuplicates"] = unexplained.Count;
            report["maxDuplicatesPerFault"] = log.All.Max(f => f.Repeated);
            report["changedDeliveryIds"] = ledger.ChangedDeliveryIds;
            report["overlappingAttempts"] = watch.Overlaps;
            report["overlapsAllowed"] = NodeGroup.FewPlaces * log.Count(FaultKind.LongPause, FaultKind.ShortPause);
            report["takeoverP50Ms"] = takeover.At(0.5);
            report["takeoverP99Ms"] = takeover.At(0.99);
            report["takeoverMaxMs"] = takeover.Max;
            report["stalledLanes"] = log.All.Sum(f => f.Stalled);
            report["sigtermTakeoverP99Ms"] = log.Waits(FaultKind.Terminate).At(0.99);
            report["byKind"] = Enum.GetValues<FaultKind>().ToDictionary(k => k.ToString(), object? (k) => Describe(k));
            report["publishRetries"] = load.Retries;
            report["failedStarts"] = group.Nodes.Sum(n => n.FailedStarts);
            report["badExits"] = runner.BadExits;
            report["notSucceeded"] = statuses.Where(s => s.Key != 2).Sum(s => s.Value);
            report["badSignatures"] = bench.Receiver.BadSignatures;
        }

        private Dictionary<string, object?> Describe(FaultKind kind)
        {
            var waits = log.Waits(kind);
            return new()
            {
                ["faults"] = log.Count(kind),
                ["waitP50Ms"] = waits.At(0.5),
                ["waitP99Ms"] = waits.At(0.99),
                ["duplicates"] = log.All.Where(f => f.Kind == kind).Sum(f => f.Repeated),
            };
        }
    }
}
