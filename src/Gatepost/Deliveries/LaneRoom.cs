namespace Gatepost.Deliveries;

/// <summary>
/// How much the lanes hold in memory, and how much more they may: a lane, all lanes and the bodies they hold have caps. Used under the
/// lanes' lock; <see cref="Held"/> may be read at any time.
/// </summary>
internal sealed class LaneRoom
{
    private const int LaneCapacity = 32_768;
    private const int FailingLaneCapacity = 16;
    private const int TotalCapacity = 200_000;

    // However full the process is, a quiet webhook's delivery still goes straight to its lane.
    private const int AlwaysRoomFor = 16;
    private const long BodyBudget = 64 * 1024 * 1024;

    private int held;
    private int claiming; // places granted to claims that are under way
    private long heldBytes;

    /// <summary>Deliveries in the lanes, and places promised to transactions that are about to commit.</summary>
    public int Held => Volatile.Read(ref held);

    /// <returns>How many more deliveries this lane may take; not more than 0 when it is full.</returns>
    public int For(Lane lane)
    {
        var mine = lane.Held + lane.Claiming;
        var own = (lane.Failing ? FailingLaneCapacity : LaneCapacity) - mine;
        return Math.Min(own, Math.Max(TotalCapacity - held - claiming, AlwaysRoomFor - mine));
    }

    public void Take() => held++;

    public void Leave() => held--;

    public void BeginClaim(int places) => claiming += places;

    public void EndClaim(int places) => claiming -= places;

    /// <summary>The deliveries of one event share its body: the first one pays for it.</summary>
    /// <returns>False when the body must be read again when it is sent.</returns>
    public bool TryHold(EventBody body)
    {
        if (body.Holders == 0)
        {
            if (heldBytes + body.Bytes.Length > BodyBudget)
                return false;
            heldBytes += body.Bytes.Length;
        }

        body.Holders++;
        return true;
    }

    public void LetGo(ClaimedDelivery delivery)
    {
        if (delivery.Body is { } body && --body.Holders == 0)
            heldBytes -= body.Bytes.Length;
    }
}
