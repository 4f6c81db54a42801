using Gatepost.Testing;

namespace Gatepost.Bench.Cluster;

/// <summary>
/// Strikes nodes and their database at random moments. Faults overlap as they come, but one node is always left alone;
/// a database restart strikes all.
/// </summary>
internal sealed class FaultRunner(NodeGroup group, PostgresCluster database, FaultLog log, Random chance)
{
    /// <summary>Longer than the lease of 30 s.</summary>
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(62);
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);

    /// <summary>SIGTERMs that did not end in good order.</summary>
    public int BadExits { get; private set; }

    public async Task RunAsync(IEnumerable<FaultKind> plan, CancellationToken cancellation)
    {
        var running = new List<Task>();
        foreach (var kind in plan)
        {
            await Task.Delay(TimeSpan.FromSeconds(1 + (chance.NextDouble() * 4)), cancellation);
            if (kind == FaultKind.Database)
                await RestartDatabaseAsync();
            else
                running.Add(StrikeAsync(kind, await PickAsync(running, cancellation), cancellation));
        }

        await Task.WhenAll(running);
    }

    private async Task<ClusterNode> PickAsync(List<Task> running, CancellationToken cancellation)
    {
        while (true)
        {
            // What failed here must end the run.
            foreach (var ended in running.Where(t => t.IsFaulted))
                await ended;
            var free = group.Nodes.Where(n => !n.IsInFault).ToArray();
            if (free.Length > 1)
            {
                var node = free[chance.Next(free.Length)];
                node.IsInFault = true;
                return node;
            }

            await Task.Delay(100, cancellation);
        }
    }

    private async Task RestartDatabaseAsync()
    {
        var fault = log.Add(FaultKind.Database, 0, [.. Enumerable.Range(0, group.ShardOfLane.Length)], group.ShardOfLane.Length);
        fault.Begin();
        await database.RestartAsync(PostgresStop.Immediate);
        fault.End();
        Say(fault, "takes connections again");
    }

    private async Task StrikeAsync(FaultKind kind, ClusterNode node, CancellationToken cancellation)
    {
        var shards = await ReadShardsAsync(node, cancellation);
        var lanes = Enumerable.Range(0, group.ShardOfLane.Length).Where(lane => shards.Contains(group.ShardOfLane[lane])).ToArray();
        var fault = log.Add(kind, node.Number, lanes, group.ShardOfLane.Length);
        await ActAsync(fault, node, cancellation);
        fault.End();
        // For a moment it is a node as others are, so that the next fault finds it with shards.
        await Task.Delay(Settle, cancellation);
        Say(fault, "is over");
        node.IsInFault = false;
    }

    private async Task ActAsync(Fault fault, ClusterNode node, CancellationToken cancellation)
    {
        fault.Begin();
        switch (fault.Kind)
        {
            case FaultKind.Kill:
                await node.KillAsync();
                break;
            case FaultKind.LongKill:
                await node.KillAsync();
                await Task.Delay(Away, cancellation);
                break;
            case FaultKind.Terminate:
                BadExits += await node.StopAsync(cancellation) == 0 ? 0 : 1;
                break;
            default:
                node.Process.Pause();
                await Task.Delay(fault.Kind == FaultKind.LongPause ? LongPause : ShortPause, cancellation);
                node.Process.Continue();
                return;
        }

        await node.StartAsync(cancellation);
    }

    // The database may be starting just now.
    private static async Task<HashSet<int>> ReadShardsAsync(ClusterNode node, CancellationToken cancellation)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await node.ReadShardsAsync();
            }
            catch (Npgsql.NpgsqlException) when (tries < 100)
            {
                await Task.Delay(100, cancellation);
            }
        }
    }

    private static void Say(Fault fault, string what)
    {
        var waits = new Percentiles(fault.Waits);
        Report.Say($"{fault.Name} {what} after "
            + $"{Percentiles.Seconds(fault.EndedAt - fault.At):n1} s; {waits.Count} of {fault.Lanes} lanes went on after {waits.At(0.5):n0} ms, the last after {waits.Max:n0} ms");
    }
}
