using System.Diagnostics;

namespace Gatepost.Bench.Cluster;

/// <summary>One fault, and how long each lane that it struck waited.</summary>
/// <param name="number">From 1 on.</param>
/// <param name="node">0: the database.</param>
/// <param name="lanes">Of the shards that the node had.</param>
internal sealed class Fault(int number, FaultKind kind, int node, int[] lanes, int lanesInAll)
{
    // Before its fault an attempt may have lasted for its whole deadline, and waited a moment to be written down.
    private static readonly long Before = 12 * Stopwatch.Frequency;
    private static readonly long After = Stopwatch.Frequency;

    private readonly long[] waits = new long[lanesInAll];

    public FaultKind Kind => kind;

    public string Name => $"fault {number} {kind} of {(node == 0 ? "the database" : $"node {node}")}";

    public int Lanes => lanes.Length;

    public long At { get; private set; } = long.MaxValue;

    public long EndedAt { get; private set; } = long.MaxValue;

    /// <summary>Until the first delivery of an event that was published after the fault; lanes that got none are not in it.</summary>
    public IEnumerable<long> Waits => lanes.Select(lane => Volatile.Read(ref waits[lane])).Where(wait => wait > 0);

    /// <summary>The lane that waited longest, and how long; lane -1: none got anything.</summary>
    public (int Lane, long Wait) Slowest => lanes.Select(lane => (lane, Volatile.Read(ref waits[lane]))).DefaultIfEmpty((-1, 0)).MaxBy(l => l.Item2);

    /// <summary>Lanes that got nothing any more: must be 0 after a run that published on.</summary>
    public int Stalled => lanes.Count(lane => Volatile.Read(ref waits[lane]) == 0);

    /// <summary>Attempts in flight at it may be repeated; those of the other kinds end well.</summary>
    public bool MayRepeat => kind is FaultKind.Kill or FaultKind.LongKill or FaultKind.LongPause or FaultKind.Database;

    public int Repeated { get; set; }

    public void Begin() => At = Stopwatch.GetTimestamp();

    public void End() => EndedAt = Stopwatch.GetTimestamp();

    public void Arrived(int lane, long published, long now)
    {
        if (published > At)
            Interlocked.CompareExchange(ref waits[lane], now - At, 0);
    }

    /// <summary>Whether an attempt that came at the one time and again at the other may be this fault's doing.</summary>
    public bool Explains(SecondReceipt receipt) =>
        MayRepeat && lanes.Contains(receipt.Lane) && receipt.Again >= At && receipt.First >= At - Before
        && (EndedAt == long.MaxValue || receipt.First <= EndedAt + After);
}
