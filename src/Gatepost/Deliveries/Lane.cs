namespace Gatepost.Deliveries;

/// <summary>What this process holds of one webhook's queue. Guarded by the lock of <see cref="DeliveryLanes"/>.</summary>
internal sealed class Lane(long webhookSeq, long organizationSeq)
{
    public long WebhookSeq { get; } = webhookSeq;

    public long OrganizationSeq { get; } = organizationSeq;

    public Queue<ClaimedDelivery> Waiting { get; } = new();

    /// <summary>Attempts that a person asked for go first.</summary>
    public Queue<ClaimedDelivery> Urgent { get; } = new();

    /// <summary>Places promised to transactions that have not ended yet.</summary>
    public int Reserved { get; set; }

    public int InFlight { get; set; }

    /// <summary>Its last attempt failed: one attempt at a time until one succeeds.</summary>
    public bool Failing { get; set; }

    /// <summary>When the oldest delivery that waits in the database is due; null when none is known.</summary>
    public DateTimeOffset? NextDue { get; set; }

    /// <summary>Places granted to a claim that is under way; 0 when none is.</summary>
    public int Claiming { get; set; }

    /// <summary>It stands in a ring.</summary>
    public bool Queued { get; set; }

    /// <summary>Canceled while they may have been on their way here: claimed, and not queued yet.</summary>
    public HashSet<long> Unwanted { get; } = [];

    /// <summary>Takes these out; the others keep their order.</summary>
    public List<ClaimedDelivery> Remove(IReadOnlyCollection<long> deliveries)
    {
        Unwanted.UnionWith(deliveries);
        var removed = new List<ClaimedDelivery>();
        foreach (var queue in (Queue<ClaimedDelivery>[])[Urgent, Waiting])
        {
            for (var left = queue.Count; left > 0; left--)
            {
                var delivery = queue.Dequeue();
                if (Unwanted.Remove(delivery.Seq))
                    removed.Add(delivery);
                else
                    queue.Enqueue(delivery);
            }
        }

        return removed;
    }

    public int Held => Waiting.Count + Urgent.Count + Reserved;

    public bool IsIdle => Held == 0 && InFlight == 0 && NextDue is null && Claiming == 0 && !Queued;
}
