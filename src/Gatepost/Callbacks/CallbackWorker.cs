using System.Threading.Channels;
using Gatepost.Providers;
using Gatepost.Storage;
using Gatepost.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Callbacks;

/// <summary>
/// Processes what the inbox took: parse, then apply in one transaction. What was just accepted comes through memory; the database
/// is the backstop, asked every second for what is due again or was left behind.
/// </summary>
internal sealed partial class CallbackWorker(
    ICallbackStore store, SubscriptionConfirmer confirmer, TimeProvider clock, ILogger<CallbackWorker> logger) : BackgroundService
{
    private const int MaxAttempts = 10;
    private const int Batch = 200;
    private const int AtOnce = 32;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly Channel<DueCallback> accepted = Channel.CreateBounded<DueCallback>(4_096);

    /// <summary>How long the backstop leaves alone what was handed over in memory.</summary>
    public static TimeSpan Grace { get; } = TimeSpan.FromSeconds(30);

    /// <summary>After the commit that accepted it. What does not fit is found by the backstop.</summary>
    public void HandOver(DueCallback callback) => accepted.Writer.TryWrite(callback);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ResumeAsync(stoppingToken).ConfigureAwait(false);
            await Task.WhenAll(
                [PollAsync(stoppingToken), .. Enumerable.Range(0, AtOnce).Select(_ => DrainAsync(stoppingToken))]).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the rest is processed after the next start.
        }
    }

    /// <summary>Processes what is due in the database.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellation)
    {
        try
        {
            var due = await store.ReadDueAsync(clock.GetInstant(), Batch, cancellation).ConfigureAwait(false);
            await Parallel.ForEachAsync(
                due,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                async (callback, token) => await ProcessAsync(callback, token).ConfigureAwait(false)).ConfigureAwait(false);
            return due.Count;
        }
        catch (StorageUnavailableException e)
        {
            Log.Unavailable(logger, e);
            return 0;
        }
    }

    private async Task ResumeAsync(CancellationToken cancellation)
    {
        try
        {
            await store.ResumeAsync(cancellation).ConfigureAwait(false);
        }
        catch (StorageUnavailableException e)
        {
            Log.Unavailable(logger, e); // due by itself a little later
        }
    }

    private async Task PollAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (await RunOnceAsync(cancellation).ConfigureAwait(false) < Batch)
                await Task.Delay(Poll, clock, cancellation).ConfigureAwait(false);
        }
    }

    private async Task DrainAsync(CancellationToken cancellation)
    {
        await foreach (var callback in accepted.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            try
            {
                await ProcessAsync(callback, cancellation).ConfigureAwait(false);
            }
            catch (StorageUnavailableException e)
            {
                Log.Unavailable(logger, e);
            }
        }
    }

    private async Task ProcessAsync(DueCallback callback, CancellationToken cancellation)
    {
        try
        {
            var provider = ProviderCatalog.Find(callback.Source.Provider, callback.Request.Route)
                ?? throw new InvalidOperationException($"No provider serves {callback.Source.Provider} on {callback.Request.Route}.");
            var parsed = provider.Parse(callback.Request);
            if (parsed.ConfirmSubscription is { } url)
                await confirmer.ConfirmAsync(url, cancellation).ConfigureAwait(false);
            var status = await store.ApplyAsync(callback.Source, parsed.Events, cancellation).ConfigureAwait(false);
            CallbackMetrics.Ended(callback.Source.Provider, status);
        }
        catch (CallbackFormatException e)
        {
            await store.PostponeAsync(callback.Source, CallbackStatus.Unparsed, e.Message, null, cancellation).ConfigureAwait(false);
            CallbackMetrics.Ended(callback.Source.Provider, CallbackStatus.Unparsed);
        }
        catch (Exception e) when (e is not (OperationCanceledException or StorageUnavailableException))
        {
            await PostponeAsync(callback, e, cancellation).ConfigureAwait(false);
        }
    }

    private async Task PostponeAsync(DueCallback callback, Exception e, CancellationToken cancellation)
    {
        Log.Failed(logger, e, callback.Source.Provider, callback.Source.CallbackSeq);
        var attempts = callback.AttemptCount + 1;
        var last = attempts >= MaxAttempts;
        var wait = TimeSpan.FromSeconds(Math.Min(3_600, 5 * Math.Pow(2, attempts)));
        await store.PostponeAsync(
            callback.Source, last ? CallbackStatus.Failed : CallbackStatus.Received, $"Processing failed: {e.Message}",
            last ? null : clock.GetInstant() + wait, cancellation).ConfigureAwait(false);
        if (last)
            CallbackMetrics.Ended(callback.Source.Provider, CallbackStatus.Failed);
        else
            CallbackMetrics.Postponed(callback.Source.Provider);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Callbacks could not be processed yet; they wait in the inbox")]
        public static partial void Unavailable(ILogger logger, Exception e);

        [LoggerMessage(Level = LogLevel.Error, Message = "Callback {Seq} of {Provider} could not be processed; it is tried again and stays in the inbox")]
        public static partial void Failed(ILogger logger, Exception e, string provider, long seq);
    }
}
