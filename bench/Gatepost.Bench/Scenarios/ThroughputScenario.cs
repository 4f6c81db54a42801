namespace Gatepost.Bench.Scenarios;

/// <summary>
/// Publishing as fast as 256 clients can until all is delivered, next to the bare HTTP ceiling: over plain HTTP, over TLS and
/// with ten webhooks per event, in alternation, because the machine drifts more than the ratios do.
/// </summary>
internal static class ThroughputScenario
{
    private const int Clients = 256;

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        await using var bench = await Workbench.SetUpAsync(options, cancellation);
        // As many attempts in flight as the ceiling has, whether they are one webhook's or ten's: each connection more costs CPU.
        bench.Settings["Deliveries__MaxConcurrencyPerWebhook"] = bench.Settings["Deliveries__MaxConcurrency"] = "64";
        await using var server = await GatepostProcess.StartAsync(bench.Settings, cancellation);
        var receiver = bench.Receiver;
        var targets = new Targets(
            await bench.AddOrganizationAsync("plain", 1, i => receiver.Url(i), cancellation),
            await bench.AddOrganizationAsync("https", 1, i => receiver.Url(i, tls: true), cancellation),
            await bench.AddOrganizationAsync("ten", 10, i => receiver.Url(i), cancellation));
        var fdatasync = DiskProbe.Fdatasync(bench.Settings.Folder);
        await RoundAsync(bench, server, targets, TimeSpan.FromSeconds(Math.Min(2, options.Seconds ?? 2)), cancellation);
        var host = new HostLoad(() => server.CpuTime + bench.Ceiling.CpuTime + Environment.CpuUsage.TotalTime);
        List<Round> rounds = [];
        for (var i = 0; i < (options.Rounds ?? 3); i++)
        {
            rounds.Add(await RoundAsync(bench, server, targets, TimeSpan.FromSeconds(options.Seconds ?? 10), cancellation));
            Report.Say($"round {i + 1}: {rounds[^1].Describe()}");
        }

        var report = Summarize(options, rounds);
        report["fdatasyncP99Ms"] = fdatasync.At(0.99);
        report["peakRssMiB"] = server.PeakRssMiB;
        report["badSignatures"] = receiver.BadSignatures;
        report["foreignCores"] = host.ForeignCores;
        return report;
    }

    private static async Task<Round> RoundAsync(Workbench bench, GatepostProcess server, Targets targets, TimeSpan length, CancellationToken cancellation) => new(
        await bench.Ceiling.MeasureAsync(tls: false, length, cancellation),
        bench.Ceiling.CpuMicrosPerRequest,
        await PhaseAsync(bench, server, targets.Plain, 1, length, cancellation),
        await bench.Ceiling.MeasureAsync(tls: true, length, cancellation),
        await PhaseAsync(bench, server, targets.Https, 1, length, cancellation),
        await PhaseAsync(bench, server, targets.Ten, 10, length, cancellation));

    private static async Task<EnginePhase> PhaseAsync(
        Workbench bench, GatepostProcess server, string key, int webhooks, TimeSpan length, CancellationToken cancellation)
    {
        var phase = await EnginePhase.StartAsync(bench, server, webhooks, cancellation);
        await phase.Load.PublishAsync(EventTemplate.One(bench.Host, key), Clients, length, cancellation);
        await phase.FinishAsync(length, cancellation);
        return phase;
    }

    private static Report Summarize(BenchOptions options, List<Round> rounds)
    {
        var all = rounds.SelectMany(r => new[] { r.Plain, r.Https, r.Ten }).ToArray();
        double Median(Func<Round, double> value) => Percentiles.Median(rounds.Select(value));
        return new Report("throughput", options)
        {
            ["rounds"] = rounds.Count,
            ["clients"] = Clients,
            ["ceilingPerSecond"] = Median(r => r.Ceiling),
            ["deliveriesPerSecond"] = Median(r => r.Plain.PerSecond),
            ["ratio"] = Median(r => r.Plain.PerSecond / r.Ceiling),
            ["httpsCeilingPerSecond"] = Median(r => r.HttpsCeiling),
            ["httpsDeliveriesPerSecond"] = Median(r => r.Https.PerSecond),
            ["httpsRatio"] = Median(r => r.Https.PerSecond / r.HttpsCeiling),
            ["fanOut10DeliveriesPerSecond"] = Median(r => r.Ten.PerSecond),
            ["fanOut10Ratio"] = Median(r => r.Ten.PerSecond / r.Ceiling),
            ["acksPerSecond"] = Median(r => r.Plain.AcksPerSecond),
            ["ratios"] = rounds.Select(r => r.Plain.PerSecond / r.Ceiling),
            ["httpsRatios"] = rounds.Select(r => r.Https.PerSecond / r.HttpsCeiling),
            ["fanOut10Ratios"] = rounds.Select(r => r.Ten.PerSecond / r.Ceiling),
            ["acked"] = all.Sum(p => p.Acked),
            ["expected"] = all.Sum(p => p.Expected),
            ["delivered"] = all.Sum(p => p.Delivered),
            ["lost"] = all.Sum(p => p.Lost),
            ["duplicates"] = all.Sum(p => p.Duplicates),
            ["ackP50Ms"] = Median(r => r.Plain.AckTimes.At(0.5)),
            ["ackP99Ms"] = Median(r => r.Plain.AckTimes.At(0.99)),
            ["deliverP50Ms"] = Median(r => r.Plain.DeliveryTimes.At(0.5)),
            ["deliverP99Ms"] = Median(r => r.Plain.DeliveryTimes.At(0.99)),
            ["ceilingCpuMicrosPerRequest"] = Median(r => r.CeilingCpuMicros),
            ["cpuMicrosPerDelivery"] = Median(r => r.Plain.CpuMicrosPerDelivery),
            ["fanOut10CpuMicrosPerDelivery"] = Median(r => r.Ten.CpuMicrosPerDelivery),
            ["allocatedBytesPerDelivery"] = Median(r => r.Plain.AllocatedBytesPerDelivery),
        };
    }

    private sealed record Targets(string Plain, string Https, string Ten);

    private sealed record Round(double Ceiling, double CeilingCpuMicros, EnginePhase Plain, double HttpsCeiling, EnginePhase Https, EnginePhase Ten)
    {
        public string Describe() =>
            $"ceiling {Ceiling:n0}/s, engine {Plain.PerSecond:n0}/s ({Plain.PerSecond / Ceiling:n2}); https {HttpsCeiling:n0} and {Https.PerSecond:n0} "
            + $"({Https.PerSecond / HttpsCeiling:n2}); ten webhooks {Ten.PerSecond:n0} ({Ten.PerSecond / Ceiling:n2})";
    }
}
