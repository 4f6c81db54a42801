using System.Collections.Immutable;

namespace Gatepost.Bench.Cluster;

/// <summary>All faults of a run.</summary>
internal sealed class FaultLog
{
    private ImmutableList<Fault> all = [];
    private int number;

    public IReadOnlyList<Fault> All => all;

    /// <param name="node">0: the database.</param>
    /// <param name="lanes">Of the shards that the node had.</param>
    /// <returns>A new fault, which has not begun.</returns>
    public Fault Add(FaultKind kind, int node, int[] lanes, int lanesInAll)
    {
        var fault = new Fault(Interlocked.Increment(ref number), kind, node, lanes, lanesInAll);
        ImmutableInterlocked.Update(ref all, list => list.Add(fault));
        return fault;
    }

    public void Arrived(int lane, long published, long now)
    {
        foreach (var fault in all)
            fault.Arrived(lane, published, now);
    }

    /// <summary>Charges each second receipt to the last fault that explains it.</summary>
    /// <returns>Those that none explains.</returns>
    public IReadOnlyList<SecondReceipt> Explain(IEnumerable<SecondReceipt> receipts)
    {
        var unexplained = new List<SecondReceipt>();
        foreach (var receipt in receipts)
        {
            if (all.LastOrDefault(f => f.Explains(receipt)) is { } fault)
                fault.Repeated++;
            else
                unexplained.Add(receipt);
        }

        return unexplained;
    }

    public Percentiles Waits(params FaultKind[] kinds) => new(all.Where(f => kinds.Contains(f.Kind)).SelectMany(f => f.Waits));

    public int Count(params FaultKind[] kinds) => all.Count(f => kinds.Contains(f.Kind));
}
