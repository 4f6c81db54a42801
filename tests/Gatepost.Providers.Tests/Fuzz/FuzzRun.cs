using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gatepost.Providers.Tests.Fuzz;

/// <summary>Runs numbered inputs on a few threads and keeps what went wrong with them.</summary>
internal sealed class FuzzRun(FuzzCorpus corpus, int seed)
{
    private const int MaxFaults = 20;
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(10);

    // A few parsed copies of the input, and room for what does not depend on it: a HTML parser's tables, a regular expression's first use.
    private const long AllocatedBase = 64L << 20;
    private const long AllocatedPerByte = 4_096;

    private readonly ConcurrentDictionary<int, (int Number, long Started)> running = new();
    private readonly ConcurrentBag<string> faults = [];
    private long slowest;
    private long mostAllocated;
    private int next;
    private int done;

    public IReadOnlyCollection<string> Faults => faults;

    public int Done => done;

    public TimeSpan Slowest => TimeSpan.FromTicks(slowest);

    public long MostAllocated => mostAllocated;

    /// <summary>Ends early when an input hangs: it is named instead of waited for.</summary>
    public async Task RunAsync(int first, int count, int threads)
    {
        next = first - 1;
        var work = Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Factory.StartNew(() => Work(thread, first + count), TaskCreationOptions.LongRunning)));
        while (await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System)) != work)
        {
            foreach (var (number, started) in running.Values.Where(r => Stopwatch.GetElapsedTime(r.Started) > 3 * Slow))
            {
                Add(number, corpus.Make(seed, number), "hangs");
                return;
            }
        }

        await work;
    }

    private void Work(int thread, int end)
    {
        while (Interlocked.Increment(ref next) is var number && number < end && faults.Count < MaxFaults)
        {
            running[thread] = (number, Stopwatch.GetTimestamp());
            One(number);
            Interlocked.Increment(ref done);
        }

        running.TryRemove(thread, out _);
    }

    private void One(int number)
    {
        var input = corpus.Make(seed, number);
        var (allocated, started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        try
        {
            // Nothing here waits for anything: the download of certificates is stubbed.
            input.RunAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (CallbackFormatException)
        {
            // The one way to refuse.
        }
        catch (Exception e)
        {
            Add(number, input, e.ToString());
        }

        Check(number, input, Stopwatch.GetElapsedTime(started), GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    private void Check(int number, FuzzInput input, TimeSpan took, long allocated)
    {
        Raise(ref slowest, took.Ticks);
        Raise(ref mostAllocated, allocated);
        if (took > Slow)
            Add(number, input, $"took {took}");
        if (allocated > AllocatedBase + (AllocatedPerByte * input.Shown.Length))
            Add(number, input, $"allocated {allocated:N0} bytes for {input.Shown.Length:N0}");
    }

    private void Add(int number, FuzzInput input, string what) =>
        faults.Add($"input {number} of seed {seed}, from {input.From}: {what}\n{Convert.ToBase64String(input.Shown.Span[..Math.Min(6_000, input.Shown.Length)])}");

    private static void Raise(ref long most, long value)
    {
        for (var known = Volatile.Read(ref most); value > known; known = Volatile.Read(ref most))
        {
            if (Interlocked.CompareExchange(ref most, value, known) == known)
                return;
        }
    }
}
