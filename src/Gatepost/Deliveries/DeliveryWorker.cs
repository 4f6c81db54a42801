using System.Text.Json;
using Gatepost.Events;
using Gatepost.Storage;
using Gatepost.Telemetry;
using Gatepost.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatepost.Deliveries;

/// <summary>
/// Takes deliveries from the lanes, sends each, and writes down what came of it. As many run at once as the lanes give places;
/// each runner goes on with the next delivery until none may start.
/// </summary>
internal sealed partial class DeliveryWorker : IThreadPoolWorkItem, IDisposable
{
    private static readonly TimeSpan GiveBackFor = TimeSpan.FromSeconds(30);

    // Giving back waits for the database anyway.
    private static readonly TimeSpan WhileStorageIsAway = TimeSpan.FromSeconds(1);

    private readonly DeliveryLanes lanes;
    private readonly IDeliveryQueue queue;
    private readonly WebhookTargets targets;
    private readonly AttemptSender sender;
    private readonly AttemptRecorder recorder;
    private readonly InFlightJournal journal;
    private readonly IJitter jitter;
    private readonly TimeProvider clock;
    private readonly ILogger<DeliveryWorker> logger;
    private readonly IReadOnlyList<int> defaultPolicy;
    private readonly ShardMap shards;
    private readonly Epoch epoch;
    private readonly TimeSpan deadline;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? patienceTimer;
    private int running = 1; // one for the worker itself, until it stops
    private int arriving;

    public DeliveryWorker(
        DeliveryLanes lanes, IDeliveryQueue queue, WebhookTargets targets, AttemptSender sender, AttemptRecorder recorder, InFlightJournal journal,
        IJitter jitter, ShardMap shards, Epoch epoch, IOptions<DeliveriesOptions> options, TimeProvider clock, ILogger<DeliveryWorker> logger)
    {
        (this.lanes, this.queue, this.targets, this.sender, this.recorder, this.journal) = (lanes, queue, targets, sender, recorder, journal);
        (this.jitter, this.shards, this.epoch, this.clock, this.logger) = (jitter, shards, epoch, clock, logger);
        defaultPolicy = options.Value.EffectiveRetryPolicy;
        lanes.Ready += Start;
        lanes.Canceled += canceled => ThreadPool.UnsafeQueueUserWorkItem(_ => _ = CancelAsync(canceled), null);
        lanes.Changed += targets.Forget;
        lanes.ChangedElsewhere += targets.ForgetOrganization;
        deadline = TimeSpan.FromSeconds(options.Value.TimeoutSeconds);
    }

    /// <summary>Starts one more runner. One that has not arrived yet sees what is there now, and starts the next itself.</summary>
    private void Start()
    {
        if (Interlocked.Exchange(ref arriving, 1) == 1)
            return;
        Interlocked.Increment(ref running);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        Interlocked.Exchange(ref arriving, 0);
        try
        {
            while (lanes.TryTake(out var more) is { } delivery)
            {
                if (more)
                    Start();
                var (failed, written) = ((bool?)null, true);
                try
                {
                    (failed, written) = await ProcessAsync(delivery).ConfigureAwait(false);
                }
                finally
                {
                    lanes.Complete(delivery, failed, written);
                }
            }
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>One delivery, from its settings to its record. Bookkeeping that fails is tried again; the request is not.</summary>
    /// <returns>Whether the webhook failed, null when nothing can be said of it; and whether all of it is written down.</returns>
    public async Task<(bool? Failed, bool Written)> ProcessAsync(ClaimedDelivery delivery)
    {
        AttemptRecord? record = null;
        try
        {
            record = await AttemptAsync(delivery, stop.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Before the attempt, and ours: it waits a little and is tried again.
            Log.NotTried(logger, e, delivery.Id);
            var wait = e is StorageUnavailableException ? WhileStorageIsAway : GiveBackFor;
            // A person waits for a test: it is not made later.
            await recorder.PersistAsync(delivery.Id, () => delivery.Trigger == AttemptTrigger.Test
                ? queue.FailAsync(delivery, AttemptOutcome.Interrupted, CancellationToken.None)
                : queue.GiveBackAsync(delivery, clock.GetInstant() + wait, CancellationToken.None)).ConfigureAwait(false);
        }

        if (record is null)
            return (null, true);
        // A slow commit does not slow the receivers; what a person or the suspects wait for is durable first, and a failure, because the
        // next attempt must know if it disabled the webhook.
        var durableFirst = delivery.Trigger is AttemptTrigger.Test or AttemptTrigger.Manual || delivery.CrashCount > 0 || record.Result.Outcome != AttemptOutcome.Succeeded;
        if (durableFirst)
            await recorder.AddAndWaitAsync(record).ConfigureAwait(false);
        else
            recorder.Add(record);
        return (FailedOf(record), durableFirst);
    }

    private Task CancelAsync(IReadOnlyList<ClaimedDelivery> canceled) =>
        recorder.PersistAsync(canceled[0].Id, () => queue.CancelAsync(canceled, CancellationToken.None));

    private static bool? FailedOf(AttemptRecord record) => record.Result.Outcome switch
    {
        AttemptOutcome.Interrupted => null,
        _ when record.Delivery.Trigger == AttemptTrigger.Test => null,
        var outcome => outcome != AttemptOutcome.Succeeded,
    };

    private async Task<AttemptRecord?> AttemptAsync(ClaimedDelivery delivery, CancellationToken cancellation)
    {
        var webhook = await targets.GetAsync(delivery.WebhookSeq, cancellation).ConfigureAwait(false);
        if (webhook is null)
            return null; // deleted: its rows are being purged
        if (!webhook.IsActive && (delivery.Trigger is AttemptTrigger.Automatic or AttemptTrigger.Replay))
        {
            await queue.SkipAsync(delivery, cancellation).ConfigureAwait(false);
            return null;
        }

        var body = delivery.Body?.Bytes ?? await queue.ReadPayloadAsync(delivery.EventSeq, cancellation).ConfigureAwait(false);
        if (body is null)
        {
            await queue.FailAsync(delivery, AttemptOutcome.PayloadExpired, cancellation).ConfigureAwait(false);
            return null;
        }

        if (webhook.Target is not { } target)
        {
            Log.SecretsUnreadable(logger, delivery.Id, webhook.Id);
            await queue.RefuseAsync(delivery, AttemptOutcome.SecretUnreadable, clock.GetInstant() + GiveBackFor, cancellation).ConfigureAwait(false);
            return null;
        }

        // Just before the send: the process may have stood still since it took the delivery, and another node may have it by now. A claim of
        // the epoch before is another's in any case.
        if (!shards.MayStart(deadline) || delivery.Epoch != epoch.Number)
        {
            await queue.GiveBackAsync(delivery, clock.GetInstant(), cancellation).ConfigureAwait(false);
            return null;
        }

        return await SendAsync(delivery, webhook, target, body, cancellation).ConfigureAwait(false);
    }

    private async Task<AttemptRecord> SendAsync(
        ClaimedDelivery delivery, WebhookSettings webhook, DeliveryTarget target, byte[] body, CancellationToken cancellation)
    {
        using var span = GatepostTracing.Source.StartActivity("deliver", System.Diagnostics.ActivityKind.Producer);
        span?.SetTag("gatepost.delivery.id", delivery.Id).SetTag("gatepost.webhook.id", webhook.Id).SetTag("gatepost.event.type", delivery.EventType.Name());
        var place = journal.Enter(delivery.Seq);
        AttemptResult result;
        try
        {
            result = await sender.SendAsync(target, delivery.EventType.Name(), delivery.Id, body, cancellation).ConfigureAwait(false);
        }
        finally
        {
            journal.Leave(place);
        }

        span?.SetTag("gatepost.attempt.outcome", result.Outcome.ToCode());
        var ended = result.StartedAt + result.Duration;
        // What a person asks for is put before everything else by a due time of 0.
        TimeSpan? lateness = delivery.Trigger is AttemptTrigger.Manual ? null : result.StartedAt - delivery.DueAt;
        DeliveryMetrics.Attempted(result, lateness, delivery.AttemptCount == 0);
        Log.Attempted(
            logger, delivery.Id, webhook.Id, delivery.AttemptCount + 1, result.Outcome, result.Status, (long)result.Duration.TotalMilliseconds);
        return new AttemptRecord
        {
            Delivery = delivery,
            Result = result,
            Url = target.Url.AbsoluteUri,
            HeaderNames = NamesOf(target),
            Signed = target.Signer is not null,
            RetryAt = result.Outcome == AttemptOutcome.Succeeded
                ? null
                : RetryPolicy.Next(webhook.RetryPolicy ?? defaultPolicy, delivery.RunAttempts + 1, ended, result.RetryAfter, jitter.Next()),
        };
    }

    private static string NamesOf(DeliveryTarget target) =>
        target.Headers.Count == 0 ? "[]" : JsonSerializer.Serialize(target.Headers.Select(h => h.Key));

    /// <summary>Takes no more, and interrupts the attempts in flight that outlast the patience.</summary>
    public void BeginStop(TimeSpan patience)
    {
        lanes.Ready -= Start;
        lanes.Stop();
        patienceTimer ??= clock.CreateTimer(_ => Interrupt(), null, patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>After <see cref="BeginStop"/>: waits for the attempts in flight and their records.</summary>
    public async Task DrainAsync()
    {
        Leave();
        await drained.Task.ConfigureAwait(false);
        await recorder.DrainAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        patienceTimer?.Dispose();
        stop.Dispose();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref running) == 0)
            drained.TrySetResult();
    }

    private void Interrupt()
    {
        recorder.Hurry();
        stop.Cancel();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "Attempt {Number} of delivery {Delivery} to webhook {Webhook}: {Outcome} {Status} in {Milliseconds} ms")]
        public static partial void Attempted(ILogger logger, Guid delivery, Guid webhook, int number, AttemptOutcome outcome, int? status, long milliseconds);

        [LoggerMessage(Level = LogLevel.Error, Message = "Delivery {Delivery} could not be tried and waits again")]
        public static partial void NotTried(ILogger logger, Exception e, Guid delivery);

        [LoggerMessage(Level = LogLevel.Error, Message = "Delivery {Delivery} waits: no configured master key opens the secrets of webhook {Webhook}")]
        public static partial void SecretsUnreadable(ILogger logger, Guid delivery, Guid webhook);
    }
}
