using Gatepost.Storage;
using Microsoft.Extensions.Options;

namespace Gatepost.Deliveries;

/// <summary>
/// The queues of this process, one per webhook, and the rule of who is next. Bounded by <see cref="LaneRoom"/>: whatever does not
/// fit waits in the database. Every member takes one short lock and never blocks.
/// </summary>
internal sealed class DeliveryLanes(IOptions<DeliveriesOptions> options, ShardMap shards, TimeProvider clock) : IDeliveryHandover
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, Lane> lanes = [];
    private readonly LaneRing healthy = new();
    private readonly LaneRing failing = new();
    private readonly LaneRoom room = new();
    private readonly int maxConcurrency = options.Value.MaxConcurrency;
    private readonly int maxPerWebhook = options.Value.MaxConcurrencyPerWebhook;
    private int inFlight;
    private int failingInFlight;
    private int claimSize; // as the feeder last asked
    private uint takes;
    private bool stopped;
    private bool blocked; // by a lease that ends too soon
    private long completed;
    private long recorded;
    private readonly TimeSpan deadline = TimeSpan.FromSeconds(options.Value.TimeoutSeconds);

    /// <summary>At least one delivery may start now.</summary>
    public event Action? Ready;

    /// <summary>A delivery waits in the database and is due now or later.</summary>
    public event Action? DueChanged;

    /// <summary>Deliveries whose cancellation was asked for have left their lane. Raised within the lock too: it must return at once.</summary>
    public event Action<IReadOnlyList<ClaimedDelivery>>? Canceled;

    /// <summary>What cached a webhook's settings must forget them.</summary>
    public event Action<long>? Changed;

    /// <summary>The same for the webhooks of an organization, or of any, that another node changed.</summary>
    public event Action<long?>? ChangedElsewhere;

    /// <summary>Attempts that ended and were left to be written down, since the start.</summary>
    public long Completed => Volatile.Read(ref completed);

    /// <summary>Of those, how many are written down, in the order in which they ended.</summary>
    public long Recorded => Volatile.Read(ref recorded);

    /// <summary>Attempts that were started and are not written down: what a crash would repeat, never more than the process has places.</summary>
    public int InFlight => Volatile.Read(ref inFlight);

    public int Held => room.Held;

    /// <summary>Webhooks of which something is known: deliveries here, waiting in the database, or failing.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return lanes.Count;
        }
    }

    public bool TryReserve(long organizationSeq, long webhookSeq)
    {
        lock (gate)
        {
            if (stopped || !shards.Owns(webhookSeq))
                return false;
            var lane = Find(organizationSeq, webhookSeq);
            // Older deliveries wait in the database: this one queues behind them there.
            if (lane.NextDue is { } due && due <= clock.GetUtcNow())
                return false;
            if (room.For(lane) <= 0)
                return false;
            lane.Reserved++;
            room.Take();
            return true;
        }
    }

    public void Release(long webhookSeq)
    {
        lock (gate)
        {
            if (!lanes.TryGetValue(webhookSeq, out var lane))
                return;
            lane.Reserved--;
            room.Leave();
            Forget(lane);
        }
    }

    public void HandOver(params ReadOnlySpan<ClaimedDelivery> deliveries)
    {
        lock (gate)
        {
            foreach (var delivery in deliveries)
            {
                var lane = Find(delivery.OrganizationSeq, delivery.WebhookSeq);
                lane.Reserved--;
                room.Leave();
                Enqueue(lane, delivery);
            }

            if (!CanStart)
                return;
        }

        Ready?.Invoke();
    }

    public void Waiting(long organizationSeq, long webhookSeq, DateTimeOffset dueAt)
    {
        if (!shards.Owns(webhookSeq))
        {
            if (dueAt <= clock.GetUtcNow())
                shards.TellOwner(organizationSeq, webhookSeq);
            return;
        }

        lock (gate)
        {
            var lane = Find(organizationSeq, webhookSeq);
            if (lane.NextDue is null || dueAt < lane.NextDue)
                lane.NextDue = dueAt;
        }

        DueChanged?.Invoke();
    }

    public void Cancel(long webhookSeq, IReadOnlyCollection<long> deliveries)
    {
        List<ClaimedDelivery> removed;
        lock (gate)
        {
            if (!lanes.TryGetValue(webhookSeq, out var lane))
                return;
            removed = lane.Remove(deliveries);
            removed.ForEach(LetGo);
            Forget(lane);
        }

        if (removed.Count == 0)
            return;
        Canceled?.Invoke(removed);
        // More of it may wait in the database.
        DueChanged?.Invoke();
    }

    public void WebhookChanged(long webhookSeq) => Changed?.Invoke(webhookSeq);

    public void OrganizationChanged(long? organizationSeq) => ChangedElsewhere?.Invoke(organizationSeq);

    /// <summary>The next delivery that may start, its place taken; null when none may.</summary>
    /// <param name="more">Another one may start too.</param>
    public ClaimedDelivery? TryTake(out bool more)
    {
        more = false;
        ClaimedDelivery? delivery = null;
        var drained = false;
        lock (gate)
        {
            if (blocked = !shards.MayStart(deadline))
                return null;
            while (delivery is null && CanStart && Next() is { } lane)
            {
                // Since it was queued its last place may have gone, or its health changed: completing an attempt queues it again.
                if (lane.Waiting.Count + lane.Urgent.Count == 0 || lane.InFlight >= Limit(lane))
                {
                    Forget(lane);
                    continue;
                }

                if (lane.Failing && !FailingMay)
                {
                    failing.Add(lane);
                    continue;
                }

                delivery = Start(lane);
                drained = HasDrained(lane);
                more = CanStart;
            }
        }

        if (drained)
            DueChanged?.Invoke();
        return delivery;
    }

    /// <summary>An attempt ended (or was not made): its webhook's place is free.</summary>
    /// <param name="failed">What it says about the webhook's health; null says nothing.</param>
    /// <param name="written">Whether it is written down too. Until then it keeps its place in the process: see <see cref="Written"/>.</param>
    public void Complete(ClaimedDelivery delivery, bool? failed, bool written = true)
    {
        lock (gate)
        {
            var lane = Find(delivery.OrganizationSeq, delivery.WebhookSeq);
            lane.InFlight--;
            if (written)
                inFlight--;
            else
                completed++;

            if (delivery.CountsAsFailing)
                failingInFlight--;
            if (failed is { } bad)
                lane.Failing = bad;
            Requeue(lane);
            Forget(lane);
        }
    }

    /// <summary>Completed attempts were written down: their places in the process are free.</summary>
    public void Written(int count)
    {
        lock (gate)
        {
            inFlight -= count;
            recorded += count;
            if (!CanStart)
                return;
        }

        Ready?.Invoke();
    }

    /// <summary>Lanes with due deliveries in the database and room to claim some, and how many each may take.</summary>
    /// <param name="nextDue">When to look again at the latest; null when nothing is known to wait.</param>
    public List<(long WebhookSeq, int Room)> BeginClaims(DateTimeOffset now, int maxLanes, int maxPerLane, out DateTimeOffset? nextDue)
    {
        var claims = new List<(long, int)>();
        nextDue = null;
        lock (gate)
        {
            claimSize = maxPerLane;
            foreach (var lane in lanes.Values)
            {
                if (lane.NextDue is not { } due || lane.Claiming > 0)
                    continue;
                var places = Math.Min(room.For(lane), maxPerLane);
                // A lane that is still half full is asked again when it has drained: bigger batches, fewer commits.
                if (due <= now && places > 0 && lane.Held * 2 <= maxPerLane && claims.Count < maxLanes)
                {
                    lane.Claiming = places;
                    room.BeginClaim(places);
                    lane.NextDue = null; // what is recorded from here on sets it anew
                    claims.Add((lane.WebhookSeq, places));
                }
                else if (due > now && (nextDue is null || due < nextDue))
                {
                    nextDue = due;
                }
            }
        }

        return claims;
    }

    /// <summary>The claim of one lane ended.</summary>
    /// <param name="nextDue">When the oldest delivery that still waits in the database is due.</param>
    public void EndClaim(long webhookSeq, IReadOnlyList<ClaimedDelivery> claimed, DateTimeOffset? nextDue)
    {
        lock (gate)
        {
            if (!lanes.TryGetValue(webhookSeq, out var lane))
                return;
            room.EndClaim(lane.Claiming);
            lane.Claiming = 0;
            // A retry recorded while the claim ran may be due earlier than what the claim saw.
            if (nextDue is not null && (lane.NextDue is null || nextDue < lane.NextDue))
                lane.NextDue = nextDue;
            foreach (var delivery in claimed)
                Enqueue(lane, delivery);
            Forget(lane);
            if (!CanStart)
                return;
        }

        Ready?.Invoke();
    }

    /// <summary>The lease was renewed: what it stopped may start.</summary>
    public void Resume()
    {
        if (Volatile.Read(ref blocked))
            Ready?.Invoke();
    }

    /// <summary>Forgets what it holds of shards that are not ours any more. What has started goes on.</summary>
    public void Leave()
    {
        lock (gate)
        {
            foreach (var lane in lanes.Values.Where(l => !shards.Owns(l.WebhookSeq)).ToList())
            {
                foreach (var delivery in lane.Urgent.Concat(lane.Waiting))
                    LetGo(delivery);
                lane.Urgent.Clear();
                lane.Waiting.Clear();
                (lane.NextDue, lane.Failing) = (null, false);
                Forget(lane);
            }
        }
    }

    /// <summary>Whether an attempt of these shards is under way, or a transaction that may bring deliveries of them.</summary>
    public bool IsBusy(IReadOnlyCollection<int> of)
    {
        lock (gate)
            return lanes.Values.Any(l => l.InFlight + l.Reserved + l.Claiming > 0 && of.Contains(ShardMap.Of(l.WebhookSeq)));
    }

    /// <summary>Takes no more and gives out no more.</summary>
    public void Stop()
    {
        lock (gate)
            stopped = true;
    }

    private bool CanStart => !stopped && inFlight < maxConcurrency && !(healthy.IsEmpty && (failing.IsEmpty || !FailingMay));

    // All failing webhooks together get at most a quarter of the places.
    private bool FailingMay => failingInFlight < Math.Max(1, maxConcurrency / 4);

    // Every fourth turn is theirs while they have less, so that a busy process cannot starve their one probe.
    private Lane? Next() =>
        FailingMay && takes++ % 4 == 3 ? failing.Take() ?? healthy.Take() : healthy.Take() ?? (FailingMay ? failing.Take() : null);

    private int Limit(Lane lane) => lane.Failing ? 1 : maxPerWebhook;

    // More of it is due in the database, and there is room for a whole claim again: nobody but us would say so before the next poll.
    private bool HasDrained(Lane lane) =>
        lane.NextDue is { } due && (lane.Held == 0 || lane.Held == claimSize / 2) && due <= clock.GetUtcNow();

    private ClaimedDelivery Start(Lane lane)
    {
        var delivery = lane.Urgent.TryDequeue(out var urgent) ? urgent : lane.Waiting.Dequeue();
        LetGo(delivery);
        lane.InFlight++;
        inFlight++;
        delivery.CountsAsFailing = lane.Failing;
        if (lane.Failing)
            failingInFlight++;
        Requeue(lane);
        return delivery;
    }

    private void LetGo(ClaimedDelivery delivery)
    {
        room.LetGo(delivery);
        room.Leave();
    }

    private void Enqueue(Lane lane, ClaimedDelivery delivery)
    {
        // Another node goes on with it: whoever hands the shard over gives the claim back.
        if (!shards.Owns(lane.WebhookSeq))
            return;
        if (lane.Unwanted.Remove(delivery.Seq))
        {
            Canceled?.Invoke([delivery]);
            return;
        }

        if (delivery.Body is { } body && !room.TryHold(body))
            delivery.Body = null;
        room.Take();
        (delivery.Trigger == AttemptTrigger.Manual ? lane.Urgent : lane.Waiting).Enqueue(delivery);
        Requeue(lane);
    }

    private void Requeue(Lane lane)
    {
        if (lane.Queued || lane.Waiting.Count + lane.Urgent.Count == 0)
            return;
        if (lane.InFlight < Limit(lane))
            (lane.Failing ? failing : healthy).Add(lane);
    }

    private void Forget(Lane lane)
    {
        if (lane.Claiming + lane.Reserved == 0)
            lane.Unwanted.Clear();
        if (lane.IsIdle && !lane.Failing)
            lanes.Remove(lane.WebhookSeq);
    }

    private Lane Find(long organizationSeq, long webhookSeq)
    {
        if (!lanes.TryGetValue(webhookSeq, out var lane))
            lanes[webhookSeq] = lane = new Lane(webhookSeq, organizationSeq);
        return lane;
    }
}
