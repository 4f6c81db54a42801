using Gatepost.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Deliveries;

/// <summary>
/// Tries deliveries that were in flight when a process died, one at a time: if one of them is poison, only it dies with the next
/// process, and the third time it is quarantined. A slow receiver holds the others up for a second at most.
/// </summary>
internal sealed partial class SuspectWorker(IDeliveryQueue queue, DeliveryWorker worker, TimeProvider clock, ILogger<SuspectWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (!await TryOneAsync(stoppingToken).ConfigureAwait(false))
                    await Task.Delay(Longest, clock, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the one in flight, if any, is drained with the rest.
        }
    }

    /// <returns>Whether there was one.</returns>
    public async Task<bool> TryOneAsync(CancellationToken cancellation)
    {
        try
        {
            if (await queue.ClaimSuspectAsync(clock.GetInstant(), cancellation).ConfigureAwait(false) is not { } suspect)
                return false;
            var trying = worker.ProcessAsync(suspect);
            await Task.WhenAny(trying, Task.Delay(Longest, clock, cancellation)).ConfigureAwait(false);
            return true;
        }
        catch (StorageUnavailableException e)
        {
            Log.NotClaimed(logger, e);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Suspected deliveries could not be claimed; they wait in the database")]
        public static partial void NotClaimed(ILogger logger, Exception e);
    }
}
