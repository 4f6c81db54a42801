namespace Gatepost.Bench.Balance;

/// <summary>Webhooks of unequal load on the 64 shards, and the shards on 1 to 8 nodes that join one after the other.</summary>
internal sealed class NodeBalance(double exponent, Random chance)
{
    public const int Webhooks = 10_000;
    private const int MostNodes = 8;

    private readonly double[] loads = ZipfLoad.Make(Webhooks, exponent);
    private readonly Sample[] maxOverMean = Samples();
    private readonly Sample[] joins = Samples();
    private readonly Sample[] leaves = Samples();
    private readonly Sample shardMaxOverMean = new();

    public void Try()
    {
        // Numbers are given in the order of creation, which has nothing to do with the load.
        chance.Shuffle(loads);
        var shards = new double[ShardLeases.Shards];
        for (var i = 0; i < loads.Length; i++)
            shards[i % ShardLeases.Shards] += loads[i];
        shardMaxOverMean.Add(shards.Max() * ShardLeases.Shards);
        for (var nodes = 2; nodes <= MostNodes; nodes++)
            leaves[nodes].Add(Group(nodes).Leave());
        var group = new ShardLeases(chance);
        for (var nodes = 1; nodes <= MostNodes; nodes++)
        {
            joins[nodes].Add(group.Join());
            maxOverMean[nodes].Add(nodes * group.Nodes.Max(node => shards.Where((_, shard) => group.OwnerOf(shard) == node).Sum()));
        }
    }

    public IEnumerable<Dictionary<string, object?>> Rows() => Enumerable.Range(1, MostNodes).Select(nodes => new Dictionary<string, object?>
    {
        ["zipf"] = exponent,
        ["nodes"] = nodes,
        ["maxOverMean"] = maxOverMean[nodes].Mean,
        ["p99MaxOverMean"] = maxOverMean[nodes].P99,
        ["largestWebhookOverMean"] = Math.Round(loads.Max() * nodes, 3),
        ["shardMaxOverMean"] = shardMaxOverMean.Mean,
        ["movedOnJoin"] = nodes == 1 ? null : joins[nodes].Mean,
        ["movedOnLeave"] = nodes == 1 ? null : leaves[nodes].Mean,
    });

    private ShardLeases Group(int nodes)
    {
        var group = new ShardLeases(chance);
        for (var i = 0; i < nodes; i++)
            group.Join();
        return group;
    }

    private static Sample[] Samples() => [.. Enumerable.Range(0, MostNodes + 1).Select(_ => new Sample())];
}
