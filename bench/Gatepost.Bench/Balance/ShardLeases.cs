namespace Gatepost.Bench.Balance;

/// <summary>
/// Who leases which shard, by the server's own rule: a node takes the lowest free shards up to its fair share, and gives back the
/// highest of those that are more. Nodes look in a random order, as their seconds happen to fall.
/// </summary>
internal sealed class ShardLeases(Random chance)
{
    /// <summary>As in the server.</summary>
    public const int Shards = 64;

    private const int Free = -1;
    private readonly int[] owners = [.. Enumerable.Repeat(Free, Shards)];
    private readonly List<int> nodes = [];
    private int joined;

    public IReadOnlyList<int> Nodes => nodes;

    public int OwnerOf(int shard) => owners[shard];

    /// <returns>How many shards have another owner than before.</returns>
    public int Join()
    {
        nodes.Add(joined++);
        return Settle();
    }

    /// <summary>A node of chance goes.</summary>
    /// <returns>How many shards have another owner than before.</returns>
    public int Leave()
    {
        var leaver = nodes[chance.Next(nodes.Count)];
        nodes.Remove(leaver);
        return Settle();
    }

    private int Settle()
    {
        var before = owners.ToArray();
        for (var shard = 0; shard < Shards; shard++)
        {
            if (!nodes.Contains(owners[shard]))
                owners[shard] = Free;
        }

        var changed = true;
        while (changed)
        {
            changed = false;
            foreach (var node in nodes.OrderBy(_ => chance.Next()))
                changed |= Look(node);
        }

        return owners.Where((owner, shard) => owner != before[shard]).Count();
    }

    private bool Look(int node)
    {
        var fair = (Shards + nodes.Count - 1) / nodes.Count;
        var mine = Enumerable.Range(0, Shards).Where(shard => owners[shard] == node).ToList();
        var taken = Enumerable.Range(0, Shards).Where(shard => owners[shard] == Free).Take(Math.Max(0, fair - mine.Count)).ToList();
        var surplus = mine.TakeLast(Math.Max(0, mine.Count - fair)).ToList();
        taken.ForEach(shard => owners[shard] = node);
        surplus.ForEach(shard => owners[shard] = Free);
        return taken.Count + surplus.Count > 0;
    }
}
