using System.Diagnostics;
using System.Globalization;

namespace Gatepost.Providers.Tests.Fuzz;

/// <summary>
/// Mutated requests and mails through every provider: refused, read, or <see cref="CallbackFormatException"/>, in bounded time and memory.
/// <c>GATEPOST_FUZZ</c> is how many (<c>make fuzz</c> takes a million), <c>GATEPOST_FUZZ_SEED</c> makes others, <c>GATEPOST_FUZZ_FIRST</c> starts at one that failed.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const long KeptBytes = 256L << 20;

    [Fact]
    public async Task Receive_MutatedInput_IsRefusedOrRead()
    {
        var (count, seed, first) = (Number("GATEPOST_FUZZ", 2_000), Number("GATEPOST_FUZZ_SEED", 17), Number("GATEPOST_FUZZ_FIRST", 0));
        var run = new FuzzRun(new FuzzCorpus(), seed);
        var (before, started) = (GC.GetTotalMemory(forceFullCollection: true), Stopwatch.GetTimestamp());

        await run.RunAsync(first, count, Math.Min(4, Environment.ProcessorCount));

        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Done:N0} inputs in {Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s; the slowest took {run.Slowest.TotalMilliseconds:N0} ms, one allocated at most {run.MostAllocated >> 20} MiB, kept at the end {kept >> 20} MiB, {run.Faults.Count} faults"));
        run.Faults.ShouldBeEmpty();
        run.Done.ShouldBe(count);
        kept.ShouldBeLessThan(KeptBytes);
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
