namespace Gatepost.Deliveries;

/// <summary>Lanes that could start an attempt, round-robin over organizations, then over each one's webhooks.</summary>
internal sealed class LaneRing
{
    private readonly Dictionary<long, Queue<Lane>> byOrganization = [];
    private readonly Queue<long> turns = new();

    public bool IsEmpty => turns.Count == 0;

    public void Add(Lane lane)
    {
        lane.Queued = true;
        if (byOrganization.TryGetValue(lane.OrganizationSeq, out var lanes))
        {
            lanes.Enqueue(lane);
            return;
        }

        lanes = new Queue<Lane>();
        lanes.Enqueue(lane);
        byOrganization[lane.OrganizationSeq] = lanes;
        turns.Enqueue(lane.OrganizationSeq);
    }

    /// <summary>The lane whose turn it is; it leaves the ring, its organization goes to the end.</summary>
    public Lane? Take()
    {
        if (!turns.TryDequeue(out var organization))
            return null;
        var lanes = byOrganization[organization];
        var lane = lanes.Dequeue();
        lane.Queued = false;
        if (lanes.Count == 0)
            byOrganization.Remove(organization);
        else
            turns.Enqueue(organization);
        return lane;
    }
}
