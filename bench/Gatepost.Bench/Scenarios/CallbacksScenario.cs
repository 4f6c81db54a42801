using Gatepost.Bench.Callbacks;

namespace Gatepost.Bench.Scenarios;

/// <summary>
/// Signed callbacks of three kinds of provider (HMAC, ECDSA, RSA) as fast as 256 clients can send them, next to what the bare
/// signature check, the bare disk and bare Kestrel do in the same round; then answer times at half of that load.
/// </summary>
internal static class CallbacksScenario
{
    private const double FirstGuess = 3_000;

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        await using var bench = await Workbench.SetUpAsync(options, cancellation);
        await using var server = await GatepostProcess.StartAsync(bench.Settings, cancellation);
        using var bare = new BareServer();
        CallbackSigner[] signers = [new TwilioSigner(), new SendGridSigner(), new SnsSigner()];
        var length = TimeSpan.FromSeconds(options.Seconds ?? 5);
        var rounds = signers.ToDictionary(s => s, _ => new List<CallbackRound>());
        var host = new HostLoad(() => server.CpuTime + bare.CpuTime + bench.CpuTime + Environment.CpuUsage.TotalTime);
        for (var i = 0; i <= (options.Rounds ?? 3); i++)
        {
            foreach (var signer in signers)
            {
                var expected = rounds[signer].Count == 0 ? FirstGuess : rounds[signer][^1].PerSecond;
                var round = await CallbackRound.RunAsync(bench, server, bare, signer, expected, length, cancellation);
                rounds[signer].Add(round);
                Report.Say($"{(i == 0 ? "warm-up" : $"round {i}")} {signer.Name}: {round.Describe()}");
            }
        }

        return Summarize(options, rounds.ToDictionary(r => r.Key, r => r.Value.Skip(1).ToList()), server, host);
    }

    private static Report Summarize(BenchOptions options, Dictionary<CallbackSigner, List<CallbackRound>> rounds, GatepostProcess server, HostLoad host)
    {
        var report = new Report("callbacks", options) { ["rounds"] = rounds.Values.First().Count };
        foreach (var (signer, measured) in rounds)
            report[signer.Name] = Summarize(measured);
        report["unprocessed"] = rounds.Values.SelectMany(r => r).Sum(r => r.Unprocessed);
        report["peakRssMiB"] = server.PeakRssMiB;
        report["foreignCores"] = host.ForeignCores;
        return report;
    }

    private static Dictionary<string, object?> Summarize(List<CallbackRound> rounds)
    {
        double Median(Func<CallbackRound, double> value) => Percentiles.Median(rounds.Select(value));
        return new Dictionary<string, object?>
        {
            ["callbacksPerSecond"] = Median(r => r.PerSecond),
            ["verifyCeilingPerSecond"] = Median(r => r.Ceilings.Verify),
            ["commitCeilingPerSecond"] = Median(r => r.Ceilings.Commit),
            ["kestrelCeilingPerSecond"] = Median(r => r.Ceilings.Kestrel),
            ["ackP50Ms"] = Median(r => r.AckTimes.At(0.5)),
            ["ackP99Ms"] = Median(r => r.AckTimes.At(0.99)),
            ["fdatasyncP99Ms"] = Median(r => r.FdatasyncP99),
            ["kestrelRatio"] = Median(r => r.KestrelRatio),
            ["lowerCeilingRatio"] = Median(r => r.LowerCeilingRatio),
            ["kestrelRatios"] = rounds.Select(r => r.KestrelRatio),
            ["lowerCeilingRatios"] = rounds.Select(r => r.LowerCeilingRatio),
            ["ackP99sMs"] = rounds.Select(r => r.AckTimes.At(0.99)),
            ["processedPerSecond"] = Median(r => r.ProcessedPerSecond),
            ["cpuMicrosPerCallback"] = Median(r => r.CpuMicros),
        };
    }
}
