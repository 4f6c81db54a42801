using System.Diagnostics;

namespace Gatepost.Bench.Callbacks;

/// <summary>One provider's share of a round: the server at full load between two measures of the three ceilings, then at half load, on a new account.</summary>
internal sealed record CallbackRound
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public required CallbackCeilings Ceilings { get; init; }

    /// <summary>Verified, durable and answered.</summary>
    public required double PerSecond { get; init; }

    /// <summary>The same, until the last one was processed too.</summary>
    public required double ProcessedPerSecond { get; init; }

    public required double CpuMicros { get; init; }

    public required Percentiles AckTimes { get; init; }

    public required double FdatasyncP99 { get; init; }

    /// <summary>Callbacks that did not become processed: must be 0.</summary>
    public required int Unprocessed { get; init; }

    public double KestrelRatio => PerSecond / Ceilings.Kestrel;

    /// <summary>Of the signature check or the disk, whichever allows less.</summary>
    public double LowerCeilingRatio => PerSecond / Math.Min(Ceilings.Verify, Ceilings.Commit);

    public string Describe() =>
        $"{PerSecond:n0}/s ({KestrelRatio:n2} of Kestrel's {Ceilings.Kestrel:n0}, {LowerCeilingRatio:n2} of the lower of verify {Ceilings.Verify:n0} "
        + $"and commit {Ceilings.Commit:n0}), processed {ProcessedPerSecond:n0}/s; half load p50 {AckTimes.At(0.5):n1} ms, p99 {AckTimes.At(0.99):n1} ms";

    /// <param name="expected">Callbacks per second, to prepare as many as the time will take.</param>
    public static async Task<CallbackRound> RunAsync(
        Workbench bench, GatepostProcess server, BareServer bare, CallbackSigner signer, double expected, TimeSpan length, CancellationToken cancellation)
    {
        var (key, url) = await AddAccountAsync(bench, signer, cancellation);
        Task<CallbackCeilings> CeilingsAsync() => CallbackCeilings.MeasureAsync(bench.Settings.Folder, bare, signer, url, length * 0.75, cancellation);
        var fdatasync = DiskProbe.Fdatasync(bench.Settings.Folder).At(0.99);

        var client = new CallbackClient(bench.Settings.Address);
        var full = Prepare(signer, url, expected * length.TotalSeconds);
        // A machine's clock wanders by a fifth within a minute: what the load is compared with is measured on both sides of it.
        var before = await CeilingsAsync();
        var (began, cpu) = (Stopwatch.GetTimestamp(), server.CpuTime);
        var perSecond = await client.SendAllAsync(full, cancellation);
        await WaitUntilProcessedAsync(bench, key, cancellation);
        var (took, used) = (Stopwatch.GetElapsedTime(began), server.CpuTime - cpu);

        var ceilings = before.MeanWith(await CeilingsAsync());
        var half = Prepare(signer, url, perSecond / 2 * length.TotalSeconds);
        var times = await client.PaceAsync(half, perSecond / 2, cancellation);
        await WaitUntilProcessedAsync(bench, key, cancellation);
        return new CallbackRound
        {
            Ceilings = ceilings,
            PerSecond = perSecond,
            ProcessedPerSecond = full.Length / took.TotalSeconds,
            CpuMicros = used.TotalMicroseconds / full.Length,
            AckTimes = times,
            FdatasyncP99 = fdatasync,
            Unprocessed = await CountAsync(bench, key, cancellation, "refused", "unparsed", "failed", "quarantined"),
        };
    }

    private static async Task<(string Key, string Url)> AddAccountAsync(Workbench bench, CallbackSigner signer, CancellationToken cancellation)
    {
        var key = await bench.Api.AddOrganizationAsync(signer.Name, cancellation);
        return (key, await bench.Api.AddProviderAccountAsync(key, signer.Provider, signer.Route, signer.Account, cancellation));
    }

    private static byte[][] Prepare(CallbackSigner signer, string url, double count) =>
        Array.ConvertAll(signer.Sign(url, Math.Max(500, (int)count)), c => c.ToBytes());

    private static async Task WaitUntilProcessedAsync(Workbench bench, string key, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (await CountAsync(bench, key, cancellation, "received") > 0)
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new InvalidOperationException($"Callbacks are still not processed after {Patience}.");
            await Task.Delay(100, cancellation);
        }
    }

    private static async Task<int> CountAsync(Workbench bench, string key, CancellationToken cancellation, params string[] statuses)
    {
        var count = 0;
        foreach (var status in statuses)
            count += await bench.Api.CountCallbacksAsync(key, status, cancellation);
        return count;
    }
}
