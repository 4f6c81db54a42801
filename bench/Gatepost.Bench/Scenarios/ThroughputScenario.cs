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
        // One webhook may have as many attempts in flight as the ceiling has; ten have what they have by default.
        await using var one = await Side.StartAsync(options, perWebhook: 64, cancellation);
        await using var ten = await Side.StartAsync(options, perWebhook: null, cancellation);
        var targets = new Targets(
            await one.AddAsync("plain", 1, tls: false, cancellation), await one.AddAsync("https", 1, tls: true, cancellation), await ten.AddAsync("ten", 10, tls: false, cancellation));
        var fdatasync = DiskProbe.Fdatasync(one.Bench.Settings.Folder);
        // Long enough that both servers are compiled as they will stay.
        await RoundAsync(one, targets, TimeSpan.FromSeconds(options.Seconds ?? 10), cancellation);
        var host = new HostLoad(() => one.CpuTime + ten.CpuTime + Environment.CpuUsage.TotalTime);
        List<Round> rounds = [];
        for (var i = 0; i < (options.Rounds ?? 3); i++)
        {
            rounds.Add(await RoundAsync(one, targets, TimeSpan.FromSeconds(options.Seconds ?? 10), cancellation));
            Report.Say($"round {i + 1}: {rounds[^1].Describe()}");
        }

        var report = Summarize(options, rounds);
        report["fdatasyncP99Ms"] = fdatasync.At(0.99);
        report["peakRssMiB"] = Math.Max(one.Server.PeakRssMiB, ten.Server.PeakRssMiB);
        report["badSignatures"] = one.Bench.Receiver.BadSignatures + ten.Bench.Receiver.BadSignatures;
        report["foreignCores"] = host.ForeignCores;
        return report;
    }

    private static async Task<Round> RoundAsync(Side one, Targets targets, TimeSpan length, CancellationToken cancellation) => new(
        await one.Bench.Ceiling.MeasureAsync(tls: false, length, cancellation),
        one.Bench.Ceiling.CpuMicrosPerRequest,
        await targets.Plain.PhaseAsync(length, cancellation),
        await one.Bench.Ceiling.MeasureAsync(tls: true, length, cancellation),
        await targets.Https.PhaseAsync(length, cancellation),
        await targets.Ten.PhaseAsync(length, cancellation));

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

    /// <summary>A server with the settings of one kind of phase, and its receiver.</summary>
    private sealed class Side(Workbench bench, GatepostProcess server) : IAsyncDisposable
    {
        public Workbench Bench => bench;

        public GatepostProcess Server => server;

        public TimeSpan CpuTime => server.CpuTime + bench.Ceiling.CpuTime;

        public static async Task<Side> StartAsync(BenchOptions options, int? perWebhook, CancellationToken cancellation)
        {
            var bench = await Workbench.SetUpAsync(options, cancellation);
            if (perWebhook is { } places)
                bench.Settings["Deliveries__MaxConcurrencyPerWebhook"] = $"{places}";
            return new Side(bench, await GatepostProcess.StartAsync(bench.Settings, cancellation));
        }

        public async Task<Target> AddAsync(string name, int webhooks, bool tls, CancellationToken cancellation) =>
            new(this, await bench.AddOrganizationAsync(name, webhooks, i => bench.Receiver.Url(i, tls), cancellation), webhooks);

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            await bench.DisposeAsync();
        }
    }

    private sealed record Target(Side Side, string Key, int Webhooks)
    {
        public async Task<EnginePhase> PhaseAsync(TimeSpan length, CancellationToken cancellation)
        {
            var phase = await EnginePhase.StartAsync(Side.Bench, Side.Server, Webhooks, cancellation);
            await phase.Load.PublishAsync(EventTemplate.One(Side.Bench.Host, Key), Clients, length, cancellation);
            await phase.FinishAsync(length, cancellation);
            return phase;
        }
    }

    private sealed record Targets(Target Plain, Target Https, Target Ten);

    private sealed record Round(double Ceiling, double CeilingCpuMicros, EnginePhase Plain, double HttpsCeiling, EnginePhase Https, EnginePhase Ten)
    {
        public string Describe() =>
            $"ceiling {Ceiling:n0}/s, engine {Plain.PerSecond:n0}/s ({Plain.PerSecond / Ceiling:n2}); https {HttpsCeiling:n0} and {Https.PerSecond:n0} "
            + $"({Https.PerSecond / HttpsCeiling:n2}); ten webhooks {Ten.PerSecond:n0} ({Ten.PerSecond / Ceiling:n2})";
    }
}
