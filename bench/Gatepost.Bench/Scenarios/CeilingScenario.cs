namespace Gatepost.Bench.Scenarios;

/// <summary>The ceiling without a server: shows how much the machine drifts.</summary>
internal static class CeilingScenario
{
    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        await using var bench = await Workbench.SetUpAsync(options, cancellation, needsServer: false);
        var length = TimeSpan.FromSeconds(options.Seconds ?? 5);
        List<double> plain = [], tls = [];
        await bench.ShortCeilingAsync(cancellation);
        for (var round = 0; round < (options.Rounds ?? 3); round++)
        {
            plain.Add(await bench.Ceiling.MeasureAsync(tls: false, length, cancellation));
            tls.Add(await bench.Ceiling.MeasureAsync(tls: true, length, cancellation));
            Report.Say($"round {round + 1}: {plain[^1]:n0}/s, https {tls[^1]:n0}/s");
        }

        return new Report("ceiling", options)
        {
            ["ceilingPerSecond"] = Percentiles.Median(plain),
            ["httpsCeilingPerSecond"] = Percentiles.Median(tls),
            ["ceilings"] = plain,
            ["httpsCeilings"] = tls,
            ["fdatasyncP99Ms"] = DiskProbe.Fdatasync(bench.Settings.Folder).At(0.99),
            ["badSignatures"] = bench.Receiver.BadSignatures,
        };
    }
}
