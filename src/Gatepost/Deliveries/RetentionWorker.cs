using Gatepost.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatepost.Deliveries;

/// <summary>
/// Removes what was deleted, soon after, and what is too old, every hour. Small writes with pauses after them, as long as the store
/// says: however much there is to remove, it takes only a part of the writer, or of one connection, from the deliveries.
/// </summary>
internal sealed partial class RetentionWorker(
    IRetentionStore store, IIdempotencyStore idempotency, ICallbackStore callbacks, IOptions<RetentionOptions> options, ShardMap shards, TimeProvider clock, ILogger<RetentionWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetentionInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan FullSweepInterval = TimeSpan.FromDays(1);
    private static readonly TimeSpan KeysKept = TimeSpan.FromHours(24);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);

    private long payloadsSweptTo;
    private DateTimeOffset fullSweepAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Returning to the host first: a start must not wait for a batch.
        await Task.Yield();
        await Task.WhenAll(
            RunEveryAsync(TimeSpan.Zero, PurgeDeletedAsync, stoppingToken),
            RunEveryAsync(RetentionInterval, ApplyAsync, stoppingToken)).ConfigureAwait(false);
    }

    /// <summary>Removes everything deleted until now.</summary>
    /// <returns>How many rows.</returns>
    public async Task<int> PurgeDeletedAsync(CancellationToken cancellation)
    {
        var rows = await RepeatAsync(store.PurgeDeletedAsync, cancellation).ConfigureAwait(false);
        if (rows > 0)
            Log.Purged(logger, rows);
        return rows;
    }

    /// <summary>Removes everything too old now.</summary>
    /// <returns>How many rows were changed.</returns>
    public async Task<int> ApplyAsync(CancellationToken cancellation)
    {
        var now = clock.GetInstant();
        var (payloads, deliveries) = (now.AddDays(-options.Value.PayloadDays), now.AddDays(-options.Value.DeliveryDays));
        var rows = await RepeatAsync((limit, token) => idempotency.PurgeAsync(now - KeysKept, limit, token), cancellation).ConfigureAwait(false);
        rows += await ErasePayloadsAsync(now, payloads, cancellation).ConfigureAwait(false);
        rows += (await SweepAsync(store.DeleteAttemptsAsync, 0, payloads, cancellation).ConfigureAwait(false)).Rows;
        rows += (await SweepAsync(store.DeleteDeliveriesAsync, 0, deliveries, cancellation).ConfigureAwait(false)).Rows;
        rows += (await SweepAsync(store.DeleteEventsAsync, 0, deliveries, cancellation).ConfigureAwait(false)).Rows;
        rows += (await SweepAsync(store.EraseCallbacksAsync, 0, payloads, cancellation).ConfigureAwait(false)).Rows;
        rows += (await SweepAsync(store.DeleteCallbacksAsync, 0, deliveries, cancellation).ConfigureAwait(false)).Rows;
        rows += await RepeatAsync((limit, token) => callbacks.PurgeAsync(now, limit, token), cancellation).ConfigureAwait(false);
        rows += (await SweepAsync(store.DeleteReplaysAsync, 0, deliveries, cancellation).ConfigureAwait(false)).Rows;
        if (rows > 0)
            Log.Expired(logger, rows);
        return rows;
    }

    // Events without a body stay for weeks and would be read again every hour: once a day is enough for those whose
    // delivery was still waiting when the sweep came by.
    private async Task<int> ErasePayloadsAsync(DateTimeOffset now, DateTimeOffset before, CancellationToken cancellation)
    {
        if (now >= fullSweepAt)
            (payloadsSweptTo, fullSweepAt) = (0, now + FullSweepInterval);
        var sweep = await SweepAsync(store.ErasePayloadsAsync, payloadsSweptTo, before, cancellation).ConfigureAwait(false);
        payloadsSweptTo = sweep.Last;
        return sweep.Rows;
    }

    private async Task<RetentionBatch> SweepAsync(
        Func<long, DateTimeOffset, int, CancellationToken, Task<RetentionBatch>> step, long after, DateTimeOffset before, CancellationToken cancellation)
    {
        var rows = 0;
        while (true)
        {
            var started = clock.GetTimestamp();
            var batch = await step(after, before, store.BatchSize, cancellation).ConfigureAwait(false);
            (rows, after) = (rows + batch.Rows, batch.Last);
            if (!batch.HasMore)
                return batch with { Rows = rows };
            await PauseAsync(started, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<int> RepeatAsync(Func<int, CancellationToken, Task<int>> step, CancellationToken cancellation)
    {
        var rows = 0;
        while (true)
        {
            var started = clock.GetTimestamp();
            var batch = await step(store.BatchSize, cancellation).ConfigureAwait(false);
            rows += batch;
            if (batch < store.BatchSize)
                return rows;
            await PauseAsync(started, cancellation).ConfigureAwait(false);
        }
    }

    private Task PauseAsync(long started, CancellationToken cancellation)
    {
        var pause = clock.GetElapsedTime(started) * store.PauseFactor;
        return Task.Delay(pause > ShortestPause ? pause : ShortestPause, clock, cancellation);
    }

    // Looked at more often than it runs: a node gets its shards only after its start, and may take over at any time.
    private async Task RunEveryAsync(TimeSpan interval, Func<CancellationToken, Task<int>> run, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(LookInterval, clock);
        long? ranAt = null;
        try
        {
            do
            {
                if (!shards.IsFirst || (ranAt is { } last && clock.GetElapsedTime(last) < interval))
                    continue;
                ranAt = clock.GetTimestamp();
                await TryAsync(run, cancellation).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopping: what is left is removed after the next start.
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task<int>> run, CancellationToken cancellation)
    {
        try
        {
            await run(cancellation).ConfigureAwait(false);
        }
        catch (StorageUnavailableException e)
        {
            Log.Unavailable(logger, e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Clean-up must not take the deliveries down with it.
            Log.Failed(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Rows} rows of what was deleted were removed")]
        public static partial void Purged(ILogger logger, int rows);

        [LoggerMessage(Level = LogLevel.Information, Message = "Retention removed or erased {Rows} rows")]
        public static partial void Expired(ILogger logger, int rows);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Clean-up could not reach the database and goes on later")]
        public static partial void Unavailable(ILogger logger, Exception e);

        [LoggerMessage(Level = LogLevel.Error, Message = "Clean-up failed and is tried again later")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
