using Gatepost.Deliveries;
using Gatepost.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Tickets;

/// <summary>Ticks the SLA clocks that are due. All state is in the database: after a downtime it says what it missed.</summary>
internal sealed partial class SlaWorker(ISlaStore store, ShardMap shards, TimeProvider clock, ILogger<SlaWorker> logger) : BackgroundService
{
    private const int BatchSize = 100;

    // Nobody wakes this worker when an earlier deadline comes in, so it never sleeps longer than this.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Returning to the host first: a start must not wait for a batch.
        await Task.Yield();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
                await Task.Delay(await TryRunAsync(stoppingToken).ConfigureAwait(false), clock, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what is due is said after the start.
        }
    }

    /// <summary>Ticks everything that is due now.</summary>
    /// <returns>How long to wait before the next run.</returns>
    public async Task<TimeSpan> RunOnceAsync(CancellationToken cancellation)
    {
        while (await store.NextDueAsync(cancellation).ConfigureAwait(false) is { } next)
        {
            var now = clock.GetInstant();
            if (next > now)
                return TimeSpan.FromTicks(Math.Clamp((next - now).Ticks, ShortestWait.Ticks, Interval.Ticks));
            if (await store.TickAsync(now, BatchSize, cancellation).ConfigureAwait(false) == 0)
                break;
        }

        return Interval;
    }

    private async Task<TimeSpan> TryRunAsync(CancellationToken cancellation)
    {
        try
        {
            return shards.IsFirst ? await RunOnceAsync(cancellation).ConfigureAwait(false) : Interval;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Failed(logger, e is StorageUnavailableException ? LogLevel.Warning : LogLevel.Error, e);
            return PauseAfterFailure;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Message = "SLA clocks could not be ticked and are tried again in a few seconds")]
        public static partial void Failed(ILogger logger, LogLevel level, Exception e);
    }
}
