using System.Collections.Concurrent;
using System.Numerics;

namespace Gatepost.Deliveries;

/// <summary>
/// Which webhooks' lanes live in this process. Webhooks hash to 64 shards, and a node leases shards; where there is only one node it
/// has all of them for ever.
/// </summary>
internal sealed class ShardMap(TimeProvider clock)
{
    public const int Count = 64;

    /// <summary>The same, for SQL.</summary>
    public const string TextCount = "64";

    // So long nothing is given to a lane that had no room.
    private static readonly TimeSpan FullFor = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<long, long> full = new(); // webhooks, and when their owner said so
    private long[] owners = new long[Count];
    private ulong mine = ulong.MaxValue;
    private long renewedAt;
    private long lease = -1; // ticks from renewedAt on; negative: without end

    /// <summary>This node gained shards, or lost some.</summary>
    public event Action? Changed;

    /// <summary>A delivery waits whose webhook's lane lives on another node.</summary>
    public event Action<long, long>? ForeignDue;

    /// <summary>Deliveries were claimed for another node's epoch.</summary>
    public event Action<long>? Given;

    /// <summary>Another node has claimed deliveries for this epoch.</summary>
    public event Action<long>? GivenHeard;

    /// <summary>The lane of this webhook, which lives here, has no room for what others give.</summary>
    public event Action<long>? LaneFull;

    /// <summary>A callback came in on a node that does not process callbacks.</summary>
    public event Action? CallbackCame;

    /// <summary>A callback waits, says another node.</summary>
    public event Action? CallbackHeard;

    /// <summary>The shards of this node.</summary>
    public int[] Mine
    {
        get
        {
            var mask = Volatile.Read(ref mine);
            return [.. Enumerable.Range(0, Count).Where(shard => (mask >> shard & 1) != 0)];
        }
    }

    /// <summary>How many they are.</summary>
    public int Owned => BitOperations.PopCount(Volatile.Read(ref mine));

    /// <summary>Whether this node runs what runs once per cluster: it has the first shard.</summary>
    public bool IsFirst => (Volatile.Read(ref mine) & 1) != 0;

    public static int Of(long webhookSeq) => (int)((ulong)webhookSeq % Count);

    public bool Owns(long webhookSeq) => (Volatile.Read(ref mine) >> Of(webhookSeq) & 1) != 0;

    /// <summary>Which epoch's lane takes deliveries of this webhook; 0 when none is known, or it has no room.</summary>
    public long TakerOf(long webhookSeq)
    {
        var owner = Volatile.Read(ref owners)[Of(webhookSeq)];
        if (owner == 0 || !full.TryGetValue(webhookSeq, out var since))
            return owner;
        if (clock.GetElapsedTime(since) < FullFor)
            return 0;
        full.TryRemove(webhookSeq, out _);
        return owner;
    }

    /// <summary>Whether an attempt that takes so long would end within the lease.</summary>
    public bool MayStart(TimeSpan deadline)
    {
        var length = Volatile.Read(ref lease);
        return length < 0 || clock.GetElapsedTime(Volatile.Read(ref renewedAt)) + deadline < TimeSpan.FromTicks(length);
    }

    /// <summary>The lease was renewed by something that began at <paramref name="timestamp"/>.</summary>
    public void Renewed(long timestamp, TimeSpan length)
    {
        Volatile.Write(ref renewedAt, timestamp);
        Volatile.Write(ref lease, length.Ticks);
    }

    public void Set(IEnumerable<int> shards)
    {
        var mask = shards.Aggregate(0UL, (mask, shard) => mask | (1UL << shard));
        if (Interlocked.Exchange(ref mine, mask) != mask)
            Changed?.Invoke();
    }

    /// <param name="epochs">Who leases each shard; 0 is nobody.</param>
    public void SetOwners(long[] epochs) => Volatile.Write(ref owners, epochs);

    /// <summary>Whether another epoch than this one leases shards.</summary>
    public bool HasOthers(long epoch) => Array.Exists(Volatile.Read(ref owners), owner => owner != 0 && owner != epoch);

    public void TellTaker(long epoch) => Given?.Invoke(epoch);

    public void HearGiven(long epoch) => GivenHeard?.Invoke(epoch);

    public void TellFull(long webhookSeq) => LaneFull?.Invoke(webhookSeq);

    public void HearFull(long webhookSeq) => full[webhookSeq] = clock.GetTimestamp();

    public void TellOwner(long organizationSeq, long webhookSeq) => ForeignDue?.Invoke(organizationSeq, webhookSeq);

    public void TellOfCallback() => CallbackCame?.Invoke();

    public void HearCallback() => CallbackHeard?.Invoke();
}
