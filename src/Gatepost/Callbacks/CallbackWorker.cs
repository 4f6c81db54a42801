using System.Collections.Concurrent;
using Gatepost.Deliveries;
using Gatepost.Providers;
using Gatepost.Storage;
using Gatepost.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Callbacks;

/// <summary>
/// Processes what the inbox took: parse, then apply in one transaction. The database is the queue, so what waits takes no memory, and
/// nothing is left behind by a crash; an arrival only wakes the worker.
/// </summary>
internal sealed partial class CallbackWorker(
    ICallbackStore store, SubscriptionConfirmer confirmer, ShardMap shards, TimeProvider clock, ILogger<CallbackWorker> logger) : BackgroundService
{
    private const int MaxAttempts = 10;
    private const int AtOnce = 128;

    /// <summary>More are fetched when so many are left: enough to keep the writer busy, and few enough that each fetch brings many.</summary>
    private const int FetchBelow = 48;

    private const int ManyAnswers = 48;
    private const long BytesAtOnce = 32 * 1024 * 1024;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(500);

    /// <summary>Whoever waits longer is not made to wait for breaths.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WakeUp wake = new();
    private readonly Dictionary<long, Working> begun = [];
    private readonly ConcurrentQueue<long> ended = new();
    private DateTimeOffset oldest = DateTimeOffset.MaxValue; // when the first of the last batch came
    private int running;
    private int answering;
    private int troubled;

    /// <summary>
    /// A request is being stored, and then answered. While very many are, processing takes breaths: providers wait for an answer for a few
    /// seconds only, and the processing can catch up.
    /// </summary>
    public void BeginAnswer() => Interlocked.Increment(ref answering);

    /// <param name="accepted">There is something to process: it is fetched at once rather than at the next poll.</param>
    public void EndAnswer(bool accepted)
    {
        Interlocked.Decrement(ref answering);
        if (!accepted)
            return;
        if (shards.IsFirst)
            wake.Ring();
        else
            shards.TellOfCallback();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        shards.CallbackHeard += wake.Ring;
        try
        {
            while (true)
            {
                if (Volatile.Read(ref answering) >= ManyAnswers && clock.GetUtcNow() - oldest < Patience)
                    await Task.Delay(Breath, clock, stoppingToken).ConfigureAwait(false);
                // What could not be done is still due, and nothing is gained by trying it at once.
                if (Interlocked.Exchange(ref troubled, 0) == 1)
                    await Task.Delay(Poll, clock, stoppingToken).ConfigureAwait(false);
                if (Volatile.Read(ref running) >= FetchBelow || await BeginDueAsync(stoppingToken).ConfigureAwait(false) == 0)
                    await wake.WaitAsync(Poll, clock, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the rest is processed after the next start.
        }

        await Task.WhenAll(begun.Values.Select(w => w.Task)).ConfigureAwait(false);
    }

    /// <summary>Begins what is due and not begun: as many as there is room for, by number and by bytes.</summary>
    /// <returns>How many.</returns>
    private async Task<int> BeginDueAsync(CancellationToken cancellation)
    {
        while (ended.TryDequeue(out var seq))
            begun.Remove(seq);
        try
        {
            if (!shards.IsFirst)
                return 0;
            var room = new CallbackRoom(AtOnce - begun.Count, BytesAtOnce - begun.Values.Sum(w => w.Bytes));
            var due = await store.ReadDueAsync(clock.GetInstant(), room, begun.Keys, cancellation).ConfigureAwait(false);
            oldest = due.Count > 0 ? due[0].Source.ReceivedAt : DateTimeOffset.MaxValue;
            foreach (var callback in due)
            {
                Interlocked.Increment(ref running);
                begun[callback.Source.CallbackSeq] = new Working(Task.Run(() => RunAsync(callback, cancellation), CancellationToken.None), callback.Request.Body.Length);
            }

            return due.Count;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            Trouble(e);
            return 0;
        }
    }

    private async Task RunAsync(DueCallback callback, CancellationToken cancellation)
    {
        try
        {
            await ProcessAsync(callback, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopping.
        }
        catch (Exception e)
        {
            Trouble(e);
        }
        finally
        {
            ended.Enqueue(callback.Source.CallbackSeq);
            if (Interlocked.Decrement(ref running) < FetchBelow)
                wake.Ring();
        }
    }

    // Told once for all that fail together.
    private void Trouble(Exception e)
    {
        if (Interlocked.Exchange(ref troubled, 1) == 0)
            Log.Unavailable(logger, e);
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

    private sealed record Working(Task Task, long Bytes);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Callbacks could not be processed yet; they wait in the inbox")]
        public static partial void Unavailable(ILogger logger, Exception e);

        [LoggerMessage(Level = LogLevel.Error, Message = "Callback {Seq} of {Provider} could not be processed; it is tried again and stays in the inbox")]
        public static partial void Failed(ILogger logger, Exception e, string provider, long seq);
    }
}
