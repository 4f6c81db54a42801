using Gatepost.Bench.Postgres;

namespace Gatepost.Bench.Scenarios;

/// <summary>
/// Publishing as fast as 256 clients can until all is delivered, next to the bare HTTP ceiling: over plain HTTP, over TLS and
/// with ten webhooks per event, in alternation, because the machine drifts more than the ratios do.
/// </summary>
internal static class ThroughputScenario
{
    private const int Clients = 256;
    private const int WarmUps = 2;

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        // One webhook may have as many attempts in flight as the ceiling has; ten have what they have by default.
        await using var one = await Side.StartAsync(options, perWebhook: 64, cancellation);
        await using var ten = await Side.StartAsync(options, perWebhook: null, cancellation);
        var targets = new Targets(
            await one.AddAsync("plain", 1, tls: false, cancellation), await one.AddAsync("https", 1, tls: true, cancellation), await ten.AddAsync("ten", 10, tls: false, cancellation));
        var fdatasync = DiskProbe.Fdatasync(one.Bench.Settings.Folder);
        await WarmUpAsync(one, targets, TimeSpan.FromSeconds(options.Seconds ?? 10), cancellation);
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

    // A fresh server spends its first half minute under load on compiling, and so does the ceiling's sender its first seconds.
    private static async Task WarmUpAsync(Side one, Targets targets, TimeSpan length, CancellationToken cancellation)
    {
        for (var i = 0; i < WarmUps; i++)
        {
            foreach (var target in (Target[])[targets.Plain, targets.Ten, targets.Https])
                await target.PhaseAsync(length, cancellation);
        }

        await RoundAsync(one, targets, length, cancellation);
    }

    // Each kind between two measures of its ceiling: the machine's clock wanders by a fifth within a minute.
    private static async Task<Round> RoundAsync(Side one, Targets targets, TimeSpan length, CancellationToken cancellation)
    {
        Task<double> CeilingAsync(bool tls) => one.Bench.Ceiling.MeasureAsync(tls, length / 2, cancellation);
        var first = await CeilingAsync(tls: false);
        var cpu = one.Bench.Ceiling.CpuMicrosPerRequest;
        var plain = await targets.Plain.PhaseAsync(length, cancellation);
        var second = await CeilingAsync(tls: false);
        var ten = await targets.Ten.PhaseAsync(length, cancellation);
        var third = await CeilingAsync(tls: false);
        var firstTls = await CeilingAsync(tls: true);
        var https = await targets.Https.PhaseAsync(length, cancellation);
        var secondTls = await CeilingAsync(tls: true);
        return new Round(cpu, new Pair((first + second) / 2, plain), new Pair((firstTls + secondTls) / 2, https), new Pair((second + third) / 2, ten));
    }

    private static Report Summarize(BenchOptions options, List<Round> rounds)
    {
        var all = rounds.SelectMany(r => new[] { r.Plain.Phase, r.Https.Phase, r.Ten.Phase }).ToArray();
        double Median(Func<Round, double> value) => Percentiles.Median(rounds.Select(value));
        var report = new Report("throughput", options)
        {
            ["rounds"] = rounds.Count,
            ["clients"] = Clients,
            ["ceilingPerSecond"] = Median(r => r.Plain.Ceiling),
            ["deliveriesPerSecond"] = Median(r => r.Plain.Phase.PerSecond),
            ["ratio"] = Median(r => r.Plain.Ratio),
            ["httpsCeilingPerSecond"] = Median(r => r.Https.Ceiling),
            ["httpsDeliveriesPerSecond"] = Median(r => r.Https.Phase.PerSecond),
            ["httpsRatio"] = Median(r => r.Https.Ratio),
            ["fanOut10DeliveriesPerSecond"] = Median(r => r.Ten.Phase.PerSecond),
            ["fanOut10Ratio"] = Median(r => r.Ten.Ratio),
            ["acksPerSecond"] = Median(r => r.Plain.Phase.AcksPerSecond),
            ["ratios"] = rounds.Select(r => r.Plain.Ratio),
            ["httpsRatios"] = rounds.Select(r => r.Https.Ratio),
            ["fanOut10Ratios"] = rounds.Select(r => r.Ten.Ratio),
            ["acked"] = all.Sum(p => p.Acked),
            ["expected"] = all.Sum(p => p.Expected),
            ["delivered"] = all.Sum(p => p.Delivered),
            ["lost"] = all.Sum(p => p.Lost),
            ["duplicates"] = all.Sum(p => p.Duplicates),
            ["ackP50Ms"] = Median(r => r.Plain.Phase.AckTimes.At(0.5)),
            ["ackP99Ms"] = Median(r => r.Plain.Phase.AckTimes.At(0.99)),
            ["deliverP50Ms"] = Median(r => r.Plain.Phase.DeliveryTimes.At(0.5)),
            ["deliverP99Ms"] = Median(r => r.Plain.Phase.DeliveryTimes.At(0.99)),
            ["ceilingCpuMicrosPerRequest"] = Median(r => r.CeilingCpuMicros),
            ["cpuMicrosPerDelivery"] = Median(r => r.Plain.Phase.CpuMicrosPerDelivery),
            ["fanOut10CpuMicrosPerDelivery"] = Median(r => r.Ten.Phase.CpuMicrosPerDelivery),
            ["allocatedBytesPerDelivery"] = Median(r => r.Plain.Phase.AllocatedBytesPerDelivery),
        };
        if (options.Storage != BenchPostgres.Provider)
            return report;
        report["sqlStatementsPerDelivery"] = Median(r => r.Plain.Phase.SqlStatementsPerDelivery);
        report["postgresCpuMicrosPerDelivery"] = Median(r => r.Plain.Phase.PostgresCpuMicrosPerDelivery);
        return report;
    }

    /// <summary>A server with the settings of one kind of phase, and its receiver.</summary>
    private sealed class Side(Workbench bench, GatepostProcess server) : IAsyncDisposable
    {
        public Workbench Bench => bench;

        public GatepostProcess Server => server;

        public TimeSpan CpuTime => server.CpuTime + bench.CpuTime;

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
            // What the phase before has left in memory is not written at the cost of this one.
            if (Side.Bench.Postgres is { } postgres)
                await postgres.QueryAsync("CHECKPOINT");
            var phase = await EnginePhase.StartAsync(Side.Bench, Side.Server, Webhooks, cancellation);
            await phase.Load.PublishAsync(EventTemplate.One(Side.Bench.Host, Key), Clients, length, cancellation);
            await phase.FinishAsync(length, cancellation);
            return phase;
        }
    }

    private sealed record Targets(Target Plain, Target Https, Target Ten);

    /// <param name="Ceiling">The mean of what was measured before and after the phase.</param>
    private sealed record Pair(double Ceiling, EnginePhase Phase)
    {
        public double Ratio => Phase.PerSecond / Ceiling;

        public override string ToString() => $"{Phase.PerSecond:n0}/s of {Ceiling:n0} ({Ratio:n2})";
    }

    private sealed record Round(double CeilingCpuMicros, Pair Plain, Pair Https, Pair Ten)
    {
        public string Describe() => $"http {Plain}; https {Https}; ten webhooks {Ten}";
    }
}
