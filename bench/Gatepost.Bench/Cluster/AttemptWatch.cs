using System.Collections.Concurrent;
using System.Globalization;

namespace Gatepost.Bench.Cluster;

/// <summary>
/// What the receiver sees of attempts while nodes fail: two of one delivery at once, a second receipt, and the first event of a lane
/// that was published after its node had failed.
/// </summary>
internal sealed class AttemptWatch(Ledger ledger, FaultLog faults)
{
    public const string LaneParameter = "lane";

    private readonly ConcurrentDictionary<Guid, int> inProgress = new();
    private readonly ConcurrentQueue<SecondReceipt> second = [];
    private int overlaps;

    /// <summary>Attempts that came while another one of the same delivery had no answer yet.</summary>
    public int Overlaps => Volatile.Read(ref overlaps);

    public IReadOnlyCollection<SecondReceipt> SecondReceipts => second;

    public static int LaneOf(string query) =>
        int.Parse(query.AsSpan(query.IndexOf('=', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);

    /// <summary>A request is there, and not in the ledger yet.</summary>
    public void Begin(string query, int number, Guid delivery, long now)
    {
        if (inProgress.AddOrUpdate(delivery, 1, (_, count) => count + 1) > 1)
            Interlocked.Increment(ref overlaps);
        var lane = LaneOf(query);
        if (ledger.ReceivedAt(number) is > 0 and var first)
            second.Enqueue(new SecondReceipt(lane, number, first, now));
        faults.Arrived(lane, ledger.PublishedAt(number), now);
    }

    public void End(Guid delivery)
    {
        if (inProgress.AddOrUpdate(delivery, 0, (_, count) => count - 1) == 0)
            inProgress.TryRemove(KeyValuePair.Create(delivery, 0));
    }
}

/// <param name="First">When the delivery came for the first time.</param>
/// <param name="Again">When it came once more.</param>
internal sealed record SecondReceipt(int Lane, int Number, long First, long Again);
