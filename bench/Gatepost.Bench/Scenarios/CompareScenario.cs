namespace Gatepost.Bench.Scenarios;

/// <summary>
/// Whether one build of the server is faster than another: both run at once, each with storage of its own, and are measured in
/// alternation, so that the machine's moods strike both. The figures are those of throughput's phase with as many webhooks.
/// </summary>
internal static class CompareScenario
{
    private const int Clients = 256;
    private const int WarmUps = 5;

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        var against = options.Against ?? throw new InvalidOperationException("compare needs --against: the other server's executable.");
        await using var first = await Contender.StartAsync(options, cancellation);
        await using var second = await Contender.StartAsync(options with { Server = against }, cancellation);
        var length = TimeSpan.FromSeconds(options.Seconds ?? 5);
        // A fresh process spends its first half minute on compiling.
        for (var i = 0; i < WarmUps; i++)
            Report.Say($"warm-up: {Contender.Describe(await first.PhaseAsync(length, cancellation))} | {Contender.Describe(await second.PhaseAsync(length, cancellation))}");
        var ratios = new List<double>();
        for (var i = 0; i < (options.Rounds ?? 8); i++)
        {
            // To and fro: neither is always the one that comes after the other.
            var (one, two) = i % 2 == 0 ? (first, second) : (second, first);
            await one.MeasureAsync(length, cancellation);
            await two.MeasureAsync(length, cancellation);
            ratios.Add(first.Phases[^1].PerSecond / second.Phases[^1].PerSecond);
            Report.Say($"round {i + 1}: {Contender.Describe(first.Phases[^1])} | {Contender.Describe(second.Phases[^1])}");
        }

        var report = new Report("compare", options) { ["rounds"] = ratios.Count, ["ratio"] = Percentiles.Median(ratios), ["ratios"] = ratios };
        first.Add(report, "");
        second.Add(report, "against");
        return report;
    }

    private sealed class Contender(Workbench bench, GatepostProcess server, string key, int webhooks) : IAsyncDisposable
    {
        public List<EnginePhase> Phases { get; } = [];

        public static async Task<Contender> StartAsync(BenchOptions options, CancellationToken cancellation)
        {
            var bench = await Workbench.SetUpAsync(options, cancellation);
            if (options.Webhooks == 1)
                bench.Settings["Deliveries__MaxConcurrencyPerWebhook"] = "64";
            var server = await GatepostProcess.StartAsync(bench.Settings, cancellation);
            var key = await bench.AddOrganizationAsync("compare", options.Webhooks, i => bench.Receiver.Url(i), cancellation);
            return new Contender(bench, server, key, options.Webhooks);
        }

        public static string Describe(EnginePhase phase) =>
            $"{phase.PerSecond:n0}/s, {phase.CpuMicrosPerDelivery:n0}{Postgres(phase)} µs{Statements(phase)}, acknowledged after {phase.AckTimes.At(0.5):n0} ms";

        private static string Statements(EnginePhase phase) => double.IsNaN(phase.SqlStatementsPerDelivery) ? "" : $", {phase.SqlStatementsPerDelivery:n3} statements";

        private static string Postgres(EnginePhase phase) => double.IsNaN(phase.PostgresCpuMicrosPerDelivery) ? "" : $" + {phase.PostgresCpuMicrosPerDelivery:n0}";

        public async Task<EnginePhase> PhaseAsync(TimeSpan length, CancellationToken cancellation)
        {
            // What the other one has left in memory is not written at the cost of this one.
            if (bench.Postgres is not null)
                await bench.Postgres.QueryAsync("CHECKPOINT");
            var phase = await EnginePhase.StartAsync(bench, server, webhooks, cancellation);
            await phase.Load.PublishAsync(EventTemplate.One(bench.Host, key), Clients, length, cancellation);
            await phase.FinishAsync(length, cancellation);
            return phase;
        }

        public async Task MeasureAsync(TimeSpan length, CancellationToken cancellation) => Phases.Add(await PhaseAsync(length, cancellation));

        public void Add(Report report, string prefix)
        {
            double Median(Func<EnginePhase, double> value) => Percentiles.Median(Phases.Select(value));
            string Key(string name) => prefix.Length == 0 ? name : prefix + char.ToUpperInvariant(name[0]) + name[1..];
            report[Key("deliveriesPerSecond")] = Median(p => p.PerSecond);
            report[Key("cpuMicrosPerDelivery")] = Median(p => p.CpuMicrosPerDelivery);
            report[Key("postgresCpuMicrosPerDelivery")] = Median(p => p.PostgresCpuMicrosPerDelivery);
            report[Key("ackP50Ms")] = Median(p => p.AckTimes.At(0.5));
            report[Key("lost")] = Phases.Sum(p => p.Lost);
            report[Key("duplicates")] = Phases.Sum(p => p.Duplicates);
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            await bench.DisposeAsync();
        }
    }
}
