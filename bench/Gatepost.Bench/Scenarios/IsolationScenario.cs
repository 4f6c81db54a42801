namespace Gatepost.Bench.Scenarios;

/// <summary>
/// Constant load on fifty healthy webhooks, with and without fifty more of the same organization that hang until the deadline;
/// once with all of them on one origin, once with an origin each.
/// </summary>
internal static class IsolationScenario
{
    private const int Healthy = 50;
    private const int Hanging = 50;
    private const double EventsPerSecond = 40;
    private const int Clients = 16;

    // What hung must come again soon after it is released, so that the next pair starts clean.
    private static readonly int[] Retries = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1];

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        await using var bench = await Workbench.SetUpAsync(options, cancellation);
        bench.Settings["Egress__AllowedNetworks__0"] = "127.0.0.0/8";
        bench.Settings["Deliveries__DisableAfterConsecutiveFailures"] = "0";
        await using var server = await GatepostProcess.StartAsync(bench.Settings, cancellation);
        var ceiling = await bench.ShortCeilingAsync(cancellation);
        var fdatasync = DiskProbe.Fdatasync(bench.Settings.Folder).At(0.99);
        var one = await Origins.AddAsync(bench, "oneOrigin", _ => "127.0.0.1", cancellation);
        var distinct = await Origins.AddAsync(bench, "distinctOrigins", i => $"127.0.1.{i + 1}", cancellation);
        var length = TimeSpan.FromSeconds(options.Seconds ?? 15);
        await one.PairAsync(bench, TimeSpan.FromSeconds(2), warmUp: true, cancellation);
        await distinct.PairAsync(bench, TimeSpan.FromSeconds(2), warmUp: true, cancellation);
        var host = new HostLoad(() => server.CpuTime + bench.CpuTime + Environment.CpuUsage.TotalTime);
        for (var pair = 0; pair < (options.Rounds ?? 5); pair++)
        {
            await one.PairAsync(bench, length, warmUp: false, cancellation);
            await distinct.PairAsync(bench, length, warmUp: false, cancellation);
            Report.Say($"pair {pair + 1}: {one.Describe()}; {distinct.Describe()}");
        }

        return Summarize(options, ceiling, one, distinct, server.PeakRssMiB, fdatasync, host.ForeignCores);
    }

    private static Report Summarize(BenchOptions options, double ceiling, Origins one, Origins distinct, double peakRss, double fdatasync, double foreign)
    {
        var worse = one.Excess >= distinct.Excess ? one : distinct;
        return new Report("isolation", options)
        {
            ["pairs"] = one.Pairs,
            ["ceilingPerSecond"] = ceiling,
            ["healthyDeliveriesPerSecond"] = EventsPerSecond * Healthy,
            ["healthyP99Ms"] = worse.HealthyP99,
            ["baselineP99Ms"] = worse.BaselineP99,
            ["hangingInFlight"] = worse.HangingInFlight,
            ["worse"] = worse.Name,
            [one.Name] = one.Figures(),
            [distinct.Name] = distinct.Figures(),
            ["lost"] = one.Lost + distinct.Lost,
            ["healthyDuplicates"] = one.Duplicates + distinct.Duplicates,
            ["fdatasyncP99Ms"] = fdatasync,
            ["peakRssMiB"] = peakRss,
            ["foreignCores"] = foreign,
        };
    }

    /// <summary>One way of placing the webhooks: an organization with the healthy ones alone and one with both halves.</summary>
    private sealed class Origins(string name, string without, string with)
    {
        private readonly List<double> baseline = [];
        private readonly List<double> healthy = [];
        private readonly List<double> baselineMedians = [];
        private readonly List<double> healthyMedians = [];
        private readonly List<double> inFlight = [];
        private readonly List<double> inFlightAtEnd = [];

        public string Name => name;

        public int Pairs => healthy.Count;

        public double HealthyP99 => Percentiles.Median(healthy);

        public double BaselineP99 => Percentiles.Median(baseline);

        public double HangingInFlight => Percentiles.Median(inFlight);

        public double Excess => HealthyP99 - BaselineP99;

        public long Lost { get; private set; }

        public long Duplicates { get; private set; }

        public static async Task<Origins> AddAsync(Workbench bench, string name, Func<int, string> host, CancellationToken cancellation)
        {
            string Url(int webhook) => bench.Receiver.Url(webhook, host: host(webhook));
            return new Origins(
                name,
                await bench.AddOrganizationAsync(name + " without", Healthy, Url, cancellation, Retries),
                await bench.AddOrganizationAsync(name + " with", Healthy + Hanging, Url, cancellation, Retries));
        }

        /// <summary>The order alternates, so that neither half profits from always being second.</summary>
        public async Task PairAsync(Workbench bench, TimeSpan length, bool warmUp, CancellationToken cancellation)
        {
            if (Pairs % 2 == 0)
                await BaselineAsync(bench, length, warmUp, cancellation);
            await WithHangingAsync(bench, length, warmUp, cancellation);
            if (Pairs % 2 == 0 && !warmUp)
                await BaselineAsync(bench, length, warmUp, cancellation);
        }

        public string Describe() => $"{name} baseline {baseline[^1]:n1} ms, healthy {healthy[^1]:n1} ms, {inFlight[^1]:n0} hanging";

        public Dictionary<string, object?> Figures() => new Dictionary<string, object?>
        {
            ["healthyP99Ms"] = HealthyP99,
            ["baselineP99Ms"] = BaselineP99,
            ["hangingInFlight"] = HangingInFlight,
            ["hangingInFlightAtEnd"] = Percentiles.Median(inFlightAtEnd),
            ["healthyP50Ms"] = Percentiles.Median(healthyMedians),
            ["baselineP50Ms"] = Percentiles.Median(baselineMedians),
            ["healthyP99sMs"] = healthy,
            ["baselineP99sMs"] = baseline,
        };

        private async Task BaselineAsync(Workbench bench, TimeSpan length, bool warmUp, CancellationToken cancellation)
        {
            var (ledger, load) = bench.Open(Healthy);
            await load.PaceAsync(EventTemplate.One(bench.Host, without), Clients, EventsPerSecond, length, cancellation);
            await FinishAsync(bench, ledger, warmUp ? null : baseline, baselineMedians, cancellation);
        }

        private async Task WithHangingAsync(Workbench bench, TimeSpan length, bool warmUp, CancellationToken cancellation)
        {
            var (ledger, load) = bench.Open(Healthy + Hanging);
            bench.Receiver.Gate.Close(fromWebhook: Healthy);
            await load.PaceAsync(EventTemplate.One(bench.Host, with), Clients, EventsPerSecond, length, cancellation);
            var (most, last) = (bench.Receiver.Gate.MaxWaiting, bench.Receiver.Gate.Waiting);
            bench.Receiver.Gate.Open();
            if (!warmUp)
            {
                inFlight.Add(most);
                inFlightAtEnd.Add(last);
            }

            await FinishAsync(bench, ledger, warmUp ? null : healthy, healthyMedians, cancellation);
        }

        private async Task FinishAsync(Workbench bench, Ledger ledger, List<double>? p99s, List<double> medians, CancellationToken cancellation)
        {
            await ledger.WaitForAllAsync(TimeSpan.FromSeconds(90), cancellation);
            Lost += ledger.Missing();
            Duplicates += ledger.DuplicatesBelow(Healthy);
            if (p99s is not null)
            {
                var times = new Percentiles(ledger.DeliveryTimes(Healthy));
                p99s.Add(times.At(0.99));
                medians.Add(times.At(0.5));
            }

            bench.Receiver.Close(ledger);
        }
    }
}
