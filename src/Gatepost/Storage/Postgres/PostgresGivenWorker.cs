using Gatepost.Deliveries;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Storage.Postgres;

/// <summary>Takes what other nodes have claimed for this one: when they say so, and every second in case that went unheard.</summary>
internal sealed partial class PostgresGivenWorker(PostgresDeliveryQueue queue, ShardMap shards, Epoch epoch, TimeProvider clock, ILogger<PostgresGivenWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(5);

    private readonly WakeUp wake = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        shards.GivenHeard += Hear;
        try
        {
            while (true)
            {
                await TryTakeAsync(stoppingToken).ConfigureAwait(false);
                await wake.WaitAsync(LongestWait, clock, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what is given from here on is rescued.
        }
        finally
        {
            shards.GivenHeard -= Hear;
        }
    }

    private async Task TryTakeAsync(CancellationToken cancellation)
    {
        try
        {
            // Not each handover by itself: what a transaction costs before its first row is worth some twenty rows.
            while (epoch.Number > 0 && await queue.TakeGivenAsync(cancellation).ConfigureAwait(false))
                await Task.Delay(Linger, TimeProvider.System, cancellation).ConfigureAwait(false);
        }
        catch (StorageUnavailableException e)
        {
            Log.NotTaken(logger, e);
            await Task.Delay(LongestWait, clock, cancellation).ConfigureAwait(false);
        }
    }

    private void Hear(long of)
    {
        if (of == epoch.Number)
            wake.Ring();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Deliveries that other nodes have claimed for this one could not be taken; it is tried again")]
        public static partial void NotTaken(ILogger logger, Exception e);
    }
}
