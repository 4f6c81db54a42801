namespace Gatepost.Bench.Scenarios;

/// <summary>
/// Kill -9 at random moments under load, again and again over one data directory. The receiver outlives every server and is
/// the judge: nothing acknowledged may be missing, and only what was in flight may come twice.
/// </summary>
internal static class CrashScenario
{
    private const int Organizations = 8;
    private const int PerWebhook = 8;
    private const int ClientsPerOrganization = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    // Attempts last long enough to be in flight when the kill comes.
    private static readonly TimeSpan AnswerAfter = TimeSpan.FromMilliseconds(20);

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        await using var bench = await Workbench.SetUpAsync(options, cancellation);
        bench.Settings["Deliveries__MaxConcurrencyPerWebhook"] = $"{PerWebhook}";
        var ceiling = await bench.ShortCeilingAsync(cancellation);
        var server = await GatepostProcess.StartAsync(bench.Settings, cancellation);
        try
        {
            var keys = await AddTargetsAsync(bench, cancellation);
            bench.Receiver.AnswerAfter = AnswerAfter;
            bench.Receiver.ResetInFlight();
            var (ledger, load) = bench.Open(webhooks: 1);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var publishing = Task.WhenAll(keys.SelectMany((key, i) => Enumerable.Range(0, ClientsPerOrganization).Select(_ => Task.Run(
                () => load.PublishThroughCrashesAsync(EventTemplate.One(bench.Host, key), Pause, stop.Token), cancellation))));
            var starts = new List<double>();
            var kills = Math.Min(options.Kills ?? 20, 200);
            var chance = new Random(options.Seed);
            for (var kill = 0; kill < kills; kill++)
            {
                await Task.Delay(TimeSpan.FromSeconds(0.1 + (chance.NextDouble() * (options.Seconds ?? 2))), cancellation);
                await server.KillAsync();
                await server.DisposeAsync();
                ledger.Life++;
                server = await GatepostProcess.StartAsync(bench.Settings, cancellation);
                starts.Add(server.StartTime.TotalSeconds);
                Report.Say($"kill {kill + 1}: acked {ledger.Acked:n0}, received {ledger.Received:n0}, duplicates {ledger.Duplicates}, ready again in {starts[^1]:n2} s");
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            await stop.CancelAsync();
            await publishing;
            await ledger.WaitForAllAsync(TimeSpan.FromSeconds(180), cancellation);
            // A duplicate that is still on its way is to be counted.
            await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
            return await SummarizeAsync(options, bench, ledger, keys, kills, starts, ceiling, cancellation);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<List<string>> AddTargetsAsync(Workbench bench, CancellationToken cancellation)
    {
        var keys = new List<string>();
        for (var i = 0; i < Organizations; i++)
        {
            // To the receiver all are webhook 0: each event goes to one of them.
            var url = $"{bench.Receiver.Url(0)}?organization={i}";
            keys.Add(await bench.AddOrganizationAsync($"crash {i}", 1, _ => url, cancellation, [1, 1, 1, 5, 5, 5, 30, 30, 30, 30]));
        }

        return keys;
    }

    private static async Task<Report> SummarizeAsync(
        BenchOptions options, Workbench bench, Ledger ledger, List<string> keys, int kills, List<double> starts, double ceiling, CancellationToken cancellation)
    {
        var failed = 0;
        foreach (var key in keys)
            failed += await bench.Api.CountDeliveriesAsync(key, "failed", cancellation);
        return new Report("crash", options)
        {
            ["kills"] = kills,
            ["seed"] = options.Seed,
            ["ceilingPerSecond"] = ceiling,
            ["acked"] = ledger.Acked,
            ["received"] = ledger.Received,
            ["lost"] = ledger.Missing(),
            ["failedVisibly"] = failed,
            ["duplicates"] = ledger.Duplicates,
            ["duplicatesWithoutKill"] = ledger.DuplicatesByLife[Ledger.WithinOneLife],
            ["maxInFlight"] = bench.Receiver.MaxInFlight,
            ["inFlightLimit"] = Organizations * PerWebhook,
            ["maxDuplicatesPerKill"] = ledger.DuplicatesByLife.Take(Ledger.WithinOneLife).Max(),
            ["changedDeliveryIds"] = ledger.ChangedDeliveryIds,
            ["badSignatures"] = bench.Receiver.BadSignatures,
            ["startSeconds"] = Percentiles.Median(starts),
            ["maxStartSeconds"] = starts.Max(),
        };
    }
}
