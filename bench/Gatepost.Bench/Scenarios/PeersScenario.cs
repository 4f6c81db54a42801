using Gatepost.Bench.Peers;
using Gatepost.Bench.Postgres;

namespace Gatepost.Bench.Scenarios;

/// <summary>
/// What a .NET team would take instead: an event becomes one signed POST, durable in PostgreSQL before it is acknowledged, with
/// retries. In alternation, on one private PostgreSQL server that waits for the disk.
/// </summary>
internal static class PeersScenario
{
    private const string Gatepost = "gatepost";
    private const string Hangfire = "hangfire";
    private const string Wolverine = "wolverine";

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        options = options with { Storage = BenchPostgres.Provider, ConnectionString = null };
        var builds = new Dictionary<string, PeerBuild>
        {
            [Hangfire] = await PeerBuild.RunAsync(Hangfire, cancellation),
            [Wolverine] = await PeerBuild.RunAsync(Wolverine, cancellation),
        };
        await using var bench = await Workbench.SetUpAsync(options, cancellation);
        var postgres = bench.Postgres!.Cluster!;
        bench.Settings["Deliveries__MaxConcurrencyPerWebhook"] = $"{Contest.InFlight}";
        var contest = new Contest(bench, postgres, TimeSpan.FromSeconds(options.Seconds ?? 10), cancellation);
        List<Dictionary<string, PeerPhase>> rounds = [];
        for (var i = 0; i < (options.Rounds ?? 3); i++)
        {
            rounds.Add(await RoundAsync(contest, builds));
            Report.Say($"round {i + 1}: {string.Join("; ", rounds[^1].Select(p => $"{p.Key} {p.Value}"))}");
        }

        var inProcess = await InProcessAsync(contest, builds);
        return Summarize(options, rounds, inProcess, builds, bench.Receiver.BadSignatures);
    }

    private static async Task<Dictionary<string, PeerPhase>> RoundAsync(Contest contest, Dictionary<string, PeerBuild> builds)
    {
        Dictionary<string, PeerPhase> phases = new() { [Gatepost] = await contest.GatepostAsync() };
        foreach (var (peer, build) in builds)
        {
            if (build.Binary is { } binary)
                phases[peer] = await contest.PeerAsync(binary, peer);
        }

        return phases;
    }

    /// <summary>One round: what their own clients would see, who need no HTTP.</summary>
    private static async Task<Dictionary<string, PeerPhase>> InProcessAsync(Contest contest, Dictionary<string, PeerBuild> builds)
    {
        Dictionary<string, PeerPhase> phases = [];
        foreach (var (peer, build) in builds)
        {
            if (build.Binary is not { } binary)
                continue;
            phases[peer] = await contest.PeerInProcessAsync(binary, peer, Publishers(peer));
            Report.Say($"in its process: {peer} {phases[peer]}");
        }

        return phases;
    }

    // Where each delivered most: Hangfire's publishers block threads and compete with its workers.
    private static int Publishers(string peer) => peer == Hangfire ? 8 : 128;

    private static Report Summarize(
        BenchOptions options,
        List<Dictionary<string, PeerPhase>> rounds,
        Dictionary<string, PeerPhase> inProcess,
        Dictionary<string, PeerBuild> builds,
        int badSignatures)
    {
        double Median(string engine, Func<PeerPhase, double> value) => Percentiles.Median(rounds.Where(r => r.ContainsKey(engine)).Select(r => value(r[engine])));
        double[] Ratios(string peer) => [.. rounds.Where(r => r.ContainsKey(peer)).Select(r => r[Gatepost].PerSecond / r[peer].PerSecond)];
        var report = new Report("peers", options) { ["rounds"] = rounds.Count, ["clients"] = Contest.Clients, ["inFlight"] = Contest.InFlight, ["backlog"] = Contest.Backlog };
        foreach (var engine in (string[])[Gatepost, Hangfire, Wolverine])
            report[engine + "PerSecond"] = Median(engine, p => p.PerSecond);
        foreach (var peer in builds.Keys)
            report[peer + "InProcessPerSecond"] = inProcess.TryGetValue(peer, out var phase) ? phase.PerSecond : double.NaN;
        foreach (var engine in (string[])[Gatepost, Hangfire, Wolverine])
        {
            report[engine + "CpuMicros"] = Median(engine, p => p.CpuMicros);
            report[engine + "PostgresCpuMicros"] = Median(engine, p => p.PostgresMicros);
        }

        foreach (var peer in builds.Keys)
        {
            report[peer + "Ratio"] = Percentiles.Median(Ratios(peer));
            report[peer + "Ratios"] = Ratios(peer);
            if (builds[peer].Binary is null)
                report[peer + "BuildLog"] = builds[peer].Log;
        }

        var all = rounds.Append(inProcess).SelectMany(r => r).ToArray();
        foreach (var engine in (string[])[Gatepost, Hangfire, Wolverine])
        {
            report[engine + "Lost"] = all.Where(p => p.Key == engine).Sum(p => p.Value.Lost);
            report[engine + "Duplicates"] = all.Where(p => p.Key == engine).Sum(p => p.Value.Duplicates);
        }

        report["badSignatures"] = badSignatures;
        return report;
    }
}
