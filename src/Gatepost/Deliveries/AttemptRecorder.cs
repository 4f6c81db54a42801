using System.Runtime.InteropServices;
using Gatepost.Storage;
using Microsoft.Extensions.Logging;

namespace Gatepost.Deliveries;

/// <summary>
/// Writes ended attempts down, many in one write: whatever ends while one batch is committed is the next batch. A write that fails is
/// tried again; the request is never sent again for it.
/// </summary>
/// <param name="record">The queue's RecordAsync.</param>
/// <param name="linger">After a batch of many; in between the next one grows. See <see cref="IDeliveryQueue.Linger"/>.</param>
/// <param name="written">Told how many of those that nobody waits for are durable, or given up: their number is for the caller to bound.</param>
internal sealed partial class AttemptRecorder(
    Func<IReadOnlyList<AttemptRecord>, Task> record, TimeSpan linger, Action<int> written, TimeProvider clock, ILogger<AttemptRecorder> logger)
{
    private const int MaxBatch = 2_000;
    private const int ManyRecords = 24;

    private readonly Lock gate = new();
    private readonly Queue<Entry> waiting = new();
    private bool running;
    private bool stopping;
    private TaskCompletionSource? idle;

    /// <summary>Leaves it to be written, so that a slow commit does not slow the receivers.</summary>
    public void Add(AttemptRecord attempt) => Add(new Entry(attempt, null));

    /// <summary>Completes when the record is durable, or was given up.</summary>
    public Task AddAndWaitAsync(AttemptRecord attempt)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(new Entry(attempt, done));
        return done.Task;
    }

    /// <summary>Any other bookkeeping of a claim, tried again like a record.</summary>
    public async Task PersistAsync(Guid delivery, Func<Task> write)
    {
        if (await TryAsync(write, 1).ConfigureAwait(false) is { } bug)
            Log.Lost(logger, bug, delivery);
    }

    /// <summary>From here on a database that cannot be written is not waited for: the claims stay, and the next start takes them over.</summary>
    public void Hurry() => Volatile.Write(ref stopping, true);

    /// <summary>Completes when all that was added is written or given up.</summary>
    public Task DrainAsync()
    {
        lock (gate)
            return running ? (idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
    }

    private void Add(Entry entry)
    {
        bool start;
        lock (gate)
        {
            waiting.Enqueue(entry);
            (start, running) = (!running, true);
        }

        if (start)
            ThreadPool.UnsafeQueueUserWorkItem(static recorder => _ = recorder.RunAsync(), this, preferLocal: false);
    }

    private async Task RunAsync()
    {
        var batch = new List<Entry>();
        while (Take(batch))
        {
            var attempts = batch.Select(e => e.Attempt).ToArray();
            if (await TryAsync(() => record(attempts), attempts.Length).ConfigureAwait(false) is { } bug)
                await WriteOneByOneAsync(attempts, bug).ConfigureAwait(false);
            foreach (var entry in batch)
                entry.Done?.TrySetResult();
            written(batch.Count(e => e.Done is null));
            if (batch.Count >= ManyRecords && linger > TimeSpan.Zero)
                await Task.Delay(linger, TimeProvider.System).ConfigureAwait(false);
        }
    }

    // One record that cannot be written takes only itself down.
    private async Task WriteOneByOneAsync(AttemptRecord[] attempts, Exception bug)
    {
        if (attempts.Length == 1)
            Log.Lost(logger, bug, attempts[0].Delivery.Id);
        else
            foreach (var attempt in attempts)
                await PersistAsync(attempt.Delivery.Id, () => record([attempt])).ConfigureAwait(false);
    }

    private bool Take(List<Entry> batch)
    {
        batch.Clear();
        lock (gate)
        {
            while (batch.Count < MaxBatch && waiting.TryDequeue(out var entry))
                batch.Add(entry);
            if (batch.Count > 0)
                return true;
            running = false;
            idle?.TrySetResult();
            idle = null;
            return false;
        }
    }

    /// <returns>What no repetition would mend: a bug, or the end.</returns>
    private async Task<Exception?> TryAsync(Func<Task> write, int count)
    {
        for (var wait = TimeSpan.FromMilliseconds(50); ; wait = TimeSpan.FromMilliseconds(Math.Min(wait.TotalMilliseconds * 2, 2_000)))
        {
            try
            {
                await write().ConfigureAwait(false);
                return null;
            }
            catch (StorageUnavailableException e) when (!Volatile.Read(ref stopping))
            {
                Log.NotRecorded(logger, e, count);
                await Task.Delay(wait, clock, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                return e;
            }
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(AttemptRecord Attempt, TaskCompletionSource? Done);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} deliveries could not be written down yet; it is tried again")]
        public static partial void NotRecorded(ILogger logger, Exception e, int count);

        [LoggerMessage(Level = LogLevel.Error, Message = "Delivery {Delivery} could not be written down; it is taken over at the next start")]
        public static partial void Lost(ILogger logger, Exception e, Guid delivery);
    }
}
