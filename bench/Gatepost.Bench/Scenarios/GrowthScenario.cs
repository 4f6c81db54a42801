using Gatepost.Bench.Growth;
using Gatepost.Bench.Postgres;

namespace Gatepost.Bench.Scenarios;

/// <summary>
/// Throughput and lists over millions of stored deliveries. Each size is measured in alternation with an empty database, because the
/// machine drifts more than they differ.
/// </summary>
internal static class GrowthScenario
{
    private const double BytesPerRow = 1_800;
    private const double LogBytes = 6e9;
    private static readonly long[] Sizes = [1_000_000, 10_000_000];

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        var most = options.Rows ?? Sizes[^1];
        var sizes = Sizes.Where(s => s < most).Append(most).Where(s => s > 0).ToList();
        var report = new Report("growth", options);
        report["skippedRows"] = sizes.RemoveAll(rows => !HasRoom(options, rows)) is > 0 and var skipped ? skipped : 0;
        var series = new List<Dictionary<string, object?>>();
        await using var empty = await GrowthSide.StartAsync(options, 0, cancellation);
        var alone = new List<Pair>();
        foreach (var rows in sizes)
        {
            await using var filled = await GrowthSide.StartAsync(options, rows, cancellation);
            var pairs = await MeasureAsync(empty, filled, options, cancellation);
            alone.AddRange(pairs.Select(p => p.Empty));
            var entry = await DescribeAsync(filled, rows, pairs.ConvertAll(p => p.Filled), cancellation);
            entry["ofEmpty"] = Percentiles.Median(pairs.Select(p => p.Filled.Ratio / p.Empty.Ratio));
            entry["ofEmpties"] = pairs.Select(p => p.Filled.Ratio / p.Empty.Ratio);
            series.Add(entry);
        }

        series.Insert(0, await DescribeAsync(empty, 0, alone, cancellation));
        report["series"] = series;
        report["lost"] = series.Sum(e => (long)e["lost"]!);
        report["duplicates"] = series.Sum(e => (long)e["duplicates"]!);
        return report;
    }

    private static async Task<List<(Pair Empty, Pair Filled)>> MeasureAsync(
        GrowthSide empty, GrowthSide filled, BenchOptions options, CancellationToken cancellation)
    {
        var length = TimeSpan.FromSeconds(options.Seconds ?? 10);
        var pairs = new List<(Pair, Pair)>();
        for (var round = 0; round <= (options.Rounds ?? 3); round++)
        {
            var (first, second) = round % 2 == 0 ? (empty, filled) : (filled, empty);
            Task<double> CeilingAsync() => empty.Bench.Ceiling.MeasureAsync(tls: false, length / 2, cancellation);
            var before = await CeilingAsync();
            var one = await first.PhaseAsync(length, cancellation);
            var between = await CeilingAsync();
            var other = await second.PhaseAsync(length, cancellation);
            var after = await CeilingAsync();
            var (a, b) = (new Pair((before + between) / 2, one), new Pair((between + after) / 2, other));
            var pair = round % 2 == 0 ? (Empty: a, Filled: b) : (Empty: b, Filled: a);
            Report.Say($"{(round == 0 ? "warm-up" : $"round {round}")}: empty {pair.Empty}, filled {pair.Filled}");
            if (round > 0)
                pairs.Add(pair);
        }

        return pairs;
    }

    private static async Task<Dictionary<string, object?>> DescribeAsync(GrowthSide side, long rows, List<Pair> pairs, CancellationToken cancellation)
    {
        var lists = await side.ListAsync(cancellation);
        return new()
        {
            ["rows"] = rows,
            ["deliveriesPerSecond"] = Percentiles.Median(pairs.Select(p => p.Phase.PerSecond)),
            ["ceilingPerSecond"] = Percentiles.Median(pairs.Select(p => p.Ceiling)),
            ["ratio"] = Percentiles.Median(pairs.Select(p => p.Ratio)),
            ["listP99Ms"] = lists.Values.Max(l => l.At(0.99)),
            ["listP99sMs"] = lists.ToDictionary(l => l.Key, object? (l) => l.Value.At(0.99)),
            ["databaseMiB"] = await side.ReadMiBAsync(cancellation),
            ["peakRssMiB"] = side.Server.PeakRssMiB,
            ["lost"] = pairs.Sum(p => p.Phase.Lost),
            ["duplicates"] = pairs.Sum(p => p.Phase.Duplicates),
        };
    }

    private static bool HasRoom(BenchOptions options, long rows)
    {
        var needed = (rows * BytesPerRow) + (options.Storage == BenchPostgres.Provider ? LogBytes : LogBytes / 3);
        var free = new DriveInfo(Path.GetFullPath(options.Data ?? Path.GetTempPath())).AvailableFreeSpace;
        if (free >= needed)
            return true;
        Report.Say($"{rows:n0} rows are left out: they need {needed / 1e9:n0} GB of disk, {free / 1e9:n0} GB are free. Name another disk with --data.");
        return false;
    }

    /// <param name="Ceiling">The mean of what was measured before and after the phase.</param>
    private sealed record Pair(double Ceiling, EnginePhase Phase)
    {
        public double Ratio => Phase.PerSecond / Ceiling;

        public override string ToString() => $"{Phase.PerSecond:n0}/s of {Ceiling:n0} ({Ratio:n2})";
    }
}
