using Gatepost.Deliveries;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Storage.Postgres;

/// <summary>Takes what other nodes have claimed for this one: when they say so, and every second in case that went unheard.</summary>
internal sealed partial class PostgresGivenWorker(PostgresGivenDeliveries given, ShardMap shards, Epoch epoch, TimeProvider clock, ILogger<PostgresGivenWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    // Under load not each handover by itself: what a statement costs before its first row is worth some twenty rows.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    private readonly WakeUp wake = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        shards.GivenHeard += Hear;
        try
        {
            while (true)
            {
                await TryTakeAsync(stoppingToken).ConfigureAwait(false);
                await Task.Delay(Rest, TimeProvider.System, stoppingToken).ConfigureAwait(false);
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
            while (epoch.Number > 0 && await given.TakeAsync(cancellation).ConfigureAwait(false))
            {
                // As many as it takes at once: there may be more.
            }
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
