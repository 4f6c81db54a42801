using System.Diagnostics;
using Gatepost.Bench.Cluster;
using Gatepost.Bench.Postgres;
using Gatepost.Testing;

namespace Gatepost.Bench.Scenarios;

/// <summary>
/// The primary of PostgreSQL dies under load and its synchronous standby is promoted; the node knows both from its connection string.
/// </summary>
internal static class FailoverScenario
{
    private const int Lanes = 16;
    private const int Clients = 32;
    private const double EventsPerSecond = 200;
    private static readonly int[] Retries = [1, 1, 1, 5, 5, 5, 30, 30, 30, 30];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan AnswerAfter = TimeSpan.FromMilliseconds(10);

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        options = options with { Storage = BenchPostgres.Provider };
        await using var bench = await Workbench.SetUpAsync(options, cancellation);
        var primary = bench.Postgres!.Cluster
            ?? throw new InvalidOperationException("failover kills its primary: it needs a private one, without --connection-string.");
        await using var standby = await primary.CreateStandbyAsync(synchronous: true);
        await using var group = await NodeGroup.StartAsync(bench, 1, Lanes, Retries, cancellation, NodeGroup.FewPlaces, standby);
        bench.Receiver.AnswerAfter = AnswerAfter;
        var ledger = bench.Receiver.Open(webhooks: 1);
        var load = new RoundRobinLoad(group.Nodes, group.Templates, ledger);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var publishing = load.PaceAsync(Clients, EventsPerSecond, stop.Token, cancellation);
        var length = TimeSpan.FromSeconds(options.Seconds ?? 10);
        await Task.Delay(length, cancellation);
        var (ackedBefore, failed) = (ledger.Acked, Stopwatch.GetTimestamp());
        await primary.KillAsync();
        load.StartClock();
        Report.Say($"the primary is dead after {ackedBefore:n0} acknowledged events");
        await PromoteAsync(standby);
        Report.Say("the standby is promoted");
        await WaitForAckAsync(load, cancellation);
        await Task.Delay(length, cancellation);
        await stop.CancelAsync();
        await publishing;
        if (!await ledger.WaitForAllAsync(Patience, cancellation))
            await group.SayMissingAsync(ledger);
        return new Report("failover", options)
        {
            ["acked"] = ledger.Acked,
            ["ackedBefore"] = ackedBefore,
            ["received"] = ledger.Received,
            ["lost"] = ledger.Missing(),
            ["duplicates"] = ledger.Duplicates,
            ["changedDeliveryIds"] = ledger.ChangedDeliveryIds,
            ["downSeconds"] = load.FirstAck == 0 ? double.NaN : Percentiles.Seconds(load.FirstAck - failed),
            ["publishRetries"] = load.Retries,
        };
    }

    // The new primary has no standby: it must not wait for one.
    private static async Task PromoteAsync(PostgresCluster standby)
    {
        await standby.PromoteAsync();
        await standby.ExecuteAsync("ALTER SYSTEM RESET synchronous_standby_names");
        await standby.ExecuteAsync("SELECT pg_reload_conf()");
    }

    private static async Task WaitForAckAsync(RoundRobinLoad load, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        while (load.FirstAck == 0)
            await Task.Delay(20, patience.Token);
    }
}
