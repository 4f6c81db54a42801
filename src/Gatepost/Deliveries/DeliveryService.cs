using Gatepost.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Deliveries;

/// <summary>
/// Begins and ends this process's epoch: on start, takes over what a dead one had claimed; on stop, lets attempts in flight finish,
/// gives back the rest and closes the epoch, so that the next start suspects nothing.
/// </summary>
internal sealed partial class DeliveryService(
    IEpochStore epochs, Epoch epoch, NodeIdentity identity, InFlightJournal journal, DeliveryWorker worker, ILogger<DeliveryService> logger)
    : IHostedLifecycleService
{
    /// <summary>Below the host's 30 s and the 30 s that process managers commonly give.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    // Before anything listens: a request must find the epoch started.
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var suspects = journal.LeftBehind;
        if (suspects.Count > 0)
            Log.UncleanStop(logger, suspects.Count);
        epoch.Start(await epochs.StartAsync(identity.Name, suspects, cancellationToken).ConfigureAwait(false));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The patience counts from here: the listener, which stops next, may wait for slow clients nearly as long.
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        worker.BeginStop(Patience);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // After the listener and the other workers have stopped: nothing new can be claimed.
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await worker.DrainAsync().ConfigureAwait(false);
        await epochs.EndAsync(epoch.Number, CancellationToken.None).ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The last stop was unclean: {Count} deliveries were in flight and are tried one at a time")]
        public static partial void UncleanStop(ILogger logger, int count);
    }
}
