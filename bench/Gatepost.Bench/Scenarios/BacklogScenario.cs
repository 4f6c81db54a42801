using System.Diagnostics;

namespace Gatepost.Bench.Scenarios;

/// <summary>
/// A million deliveries wait for a receiver that accepts requests and never answers. The server is stopped and started over
/// them, serves healthy webhooks meanwhile, and drains them when the receiver answers again.
/// </summary>
internal static class BacklogScenario
{
    private const int Webhooks = 100;
    private const int EventsPerBatch = 1_000;
    private const int HealthyWebhooks = 10;
    private const double HealthyEventsPerSecond = 100;

    // Long enough that none is used up while the backlog is made, short enough to be due again before the drain ends.
    private static readonly int[] Retries = [10, 10, 10, 10, 10, 10, 10, 10, 10, 10];

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        await using var bench = await Workbench.SetUpAsync(options, cancellation);
        bench.Settings["Deliveries__DisableAfterConsecutiveFailures"] = "0";
        var report = new Report("backlog", options) { ["ceilingPerSecond"] = await bench.ShortCeilingAsync(cancellation) };
        report["fdatasyncP99Ms"] = DiskProbe.Fdatasync(bench.Settings.Folder).At(0.99);
        var length = TimeSpan.FromSeconds(options.Seconds ?? 10);
        Ledger backlog;
        string healthy;
        await using (var first = await GatepostProcess.StartAsync(bench.Settings, cancellation))
        {
            healthy = await bench.AddOrganizationAsync("healthy", HealthyWebhooks, i => bench.Receiver.Url(i), cancellation);
            // Hanging webhooks have the higher numbers: the gate closes from there on.
            var key = await bench.AddOrganizationAsync("backlog", Webhooks, i => bench.Receiver.Url(HealthyWebhooks + i), cancellation, Retries);
            await HealthyAsync(bench, healthy, TimeSpan.FromSeconds(2), cancellation);
            var baseline = await HealthyAsync(bench, healthy, length, cancellation);
            report["baselineP50Ms"] = baseline.At(0.5);
            report["baselineP99Ms"] = baseline.At(0.99);
            bench.Receiver.Gate.Close(fromWebhook: HealthyWebhooks);
            backlog = await FillAsync(bench, key, options.Deliveries ?? 1_000_000, report, cancellation);
            report["fillPeakRssMiB"] = first.PeakRssMiB;
            report["stopSeconds"] = (await first.StopAsync(cancellation)).TotalSeconds;
            report["stopExitCode"] = first.ExitCode;
        }

        await using var second = await GatepostProcess.StartAsync(bench.Settings, cancellation);
        report["startSeconds"] = second.StartTime.TotalSeconds;
        Report.Say($"ready in {second.StartTime.TotalSeconds:n2} s over the backlog");
        // A cold process is slow for reasons that are not the backlog's; the baseline was taken warm.
        report["coldHealthyP99Ms"] = (await HealthyAsync(bench, healthy, TimeSpan.FromSeconds(2), cancellation)).At(0.99);
        var meanwhile = await HealthyAsync(bench, healthy, length, cancellation);
        report["healthyP50Ms"] = meanwhile.At(0.5);
        report["healthyP99Ms"] = meanwhile.At(0.99);
        await DrainAsync(bench, backlog, report, cancellation);
        report["peakRssMiB"] = second.PeakRssMiB;
        return report;
    }

    private static async Task<Ledger> FillAsync(Workbench bench, string key, int deliveries, Report report, CancellationToken cancellation)
    {
        var (ledger, load) = bench.Open(Webhooks, firstWebhook: HealthyWebhooks);
        var began = Stopwatch.GetTimestamp();
        for (var left = Math.Max(1, deliveries / Webhooks); left > 0; left -= EventsPerBatch)
            await load.PublishBatchAsync(EventTemplate.Batch(bench.Host, key, Math.Min(left, EventsPerBatch)), cancellation);
        var pending = ledger.Expected - ledger.Received;
        report["pending"] = pending;
        report["fillSeconds"] = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Report.Say($"{pending:n0} deliveries pending after {Stopwatch.GetElapsedTime(began).TotalSeconds:n1} s");
        return ledger;
    }

    private static async Task<Percentiles> HealthyAsync(Workbench bench, string key, TimeSpan length, CancellationToken cancellation)
    {
        var (ledger, load) = bench.Open(HealthyWebhooks);
        await load.PaceAsync(EventTemplate.One(bench.Host, key), 16, HealthyEventsPerSecond, length, cancellation);
        if (!await ledger.WaitForAllAsync(TimeSpan.FromSeconds(60), cancellation))
            throw new InvalidOperationException($"{ledger.Missing()} deliveries to healthy webhooks are missing.");
        bench.Receiver.Close(ledger);
        return new Percentiles(ledger.DeliveryTimes());
    }

    private static async Task DrainAsync(Workbench bench, Ledger backlog, Report report, CancellationToken cancellation)
    {
        var before = backlog.Received;
        var began = Stopwatch.GetTimestamp();
        bench.Receiver.Gate.Open();
        await backlog.WaitForAllAsync(TimeSpan.FromSeconds(120) + TimeSpan.FromMilliseconds((backlog.Expected - before) / 2.0), cancellation);
        var seconds = Percentiles.Seconds(backlog.LastReceipt - began);
        report["drainSeconds"] = seconds;
        report["drainedPerSecond"] = (backlog.Received - before) / seconds;
        report["drainRatio"] = (backlog.Received - before) / seconds / (double)report["ceilingPerSecond"]!;
        report["drained"] = backlog.Received - before;
        report["lost"] = backlog.Missing();
        report["duplicates"] = backlog.Duplicates;
        report["changedDeliveryIds"] = backlog.ChangedDeliveryIds;
    }
}
