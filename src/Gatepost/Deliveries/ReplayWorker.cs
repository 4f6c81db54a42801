using Gatepost.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Deliveries;

/// <summary>Feeds open recover jobs into the queue, a few hundred deliveries ahead of what was sent, so that live events are not held up.</summary>
internal sealed partial class ReplayWorker(IReplayStore store, ShardMap shards, TimeProvider clock, ILogger<ReplayWorker> logger) : BackgroundService
{
    private const int Window = 500;
    private static readonly TimeSpan WhileBusy = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan WhileIdle = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan DropEvery = TimeSpan.FromMinutes(1);

    private long? droppedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
                await Task.Delay(await RunOnceAsync(stoppingToken).ConfigureAwait(false) ? WhileBusy : WhileIdle, clock, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the job goes on at the next start.
        }
    }

    /// <returns>Whether a job is under way.</returns>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        try
        {
            if (!shards.IsFirst)
                return false;
            if (droppedAt is not { } last || clock.GetElapsedTime(last) >= DropEvery)
            {
                droppedAt = clock.GetTimestamp();
                await store.DropUnpreparedAsync(cancellation).ConfigureAwait(false);
            }

            return await store.FeedAsync(Window, cancellation).ConfigureAwait(false);
        }
        catch (StorageUnavailableException e)
        {
            Log.NotFed(logger, e);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Recover jobs could not go on; they are tried again")]
        public static partial void NotFed(ILogger logger, Exception e);
    }
}
