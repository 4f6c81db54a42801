using Gatepost.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Security;

/// <summary>Once after each start: seals the secrets of older master keys under the first one, so that the old keys can be removed.</summary>
internal sealed partial class ResealWorker(IEnumerable<ISealedStore> stores, TimeProvider clock, ILogger<ResealWorker> logger) : BackgroundService
{
    private const int BatchSize = 100;

    // Breathing space for the writer: 100 of them cost it about a millisecond.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Returning to the host first: a start must not wait for a batch.
        await Task.Yield();
        while (!await TryRunAsync(stoppingToken).ConfigureAwait(false))
            await Task.Delay(PauseAfterFailure, clock, stoppingToken).ConfigureAwait(false);
    }

    /// <summary>One pass over everything that is sealed.</summary>
    public async Task RunOnceAsync(CancellationToken cancellation)
    {
        foreach (var store in stores)
            await ResealAsync(store, cancellation).ConfigureAwait(false);
    }

    private async Task ResealAsync(ISealedStore store, CancellationToken cancellation)
    {
        int resealed = 0, unreadable = 0;
        for (long? after = 0; after is not null;)
        {
            var batch = await store.ResealAsync(after.Value, BatchSize, cancellation).ConfigureAwait(false);
            resealed += batch.Resealed;
            unreadable += batch.Unreadable;
            after = batch.LastSeq;
            if (after is not null)
                await Task.Delay(Pause, clock, cancellation).ConfigureAwait(false);
        }

        if (resealed > 0)
            Log.Resealed(logger, resealed, store.Owners);
        if (unreadable > 0)
            Log.Unreadable(logger, unreadable, store.Owners);
    }

    private async Task<bool> TryRunAsync(CancellationToken cancellation)
    {
        try
        {
            await RunOnceAsync(cancellation).ConfigureAwait(false);
            return true;
        }
        catch (StorageUnavailableException e)
        {
            Log.Failed(logger, e);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The secrets of {Count} {Owners} are now sealed with the first master key")]
        public static partial void Resealed(ILogger logger, int count, string owners);

        [LoggerMessage(Level = LogLevel.Error, Message = "The secrets of {Count} {Owners} open with none of the configured master keys; until the key is added to Gatepost__MasterKeys, webhooks of them send nothing and callbacks are answered 503")]
        public static partial void Unreadable(ILogger logger, int count, string owners);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Sealing secrets anew was interrupted and starts over")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
