namespace Gatepost.Bench.Cluster;

/// <summary>Which faults come in which order: every kind in its share, shuffled.</summary>
internal static class FaultPlan
{
    // Of ten. The long ones rule how long a run takes.
    private static readonly FaultKind[] Ten =
    [
        FaultKind.Kill, FaultKind.LongKill, FaultKind.Terminate, FaultKind.Database, FaultKind.LongPause,
        FaultKind.ShortPause, FaultKind.Kill, FaultKind.LongKill, FaultKind.Terminate, FaultKind.Kill,
    ];

    public static FaultKind[] Draw(int faults, Random chance)
    {
        var plan = Enumerable.Range(0, faults).Select(i => Ten[i % Ten.Length]).ToArray();
        chance.Shuffle(plan);
        return plan;
    }
}
