using Gatepost.Bench.Balance;

namespace Gatepost.Bench.Scenarios;

/// <summary>How evenly unequal customers spread over shards, nodes and cells. Nothing runs: it is arithmetic with a seed.</summary>
internal static class BalanceScenario
{
    private const int Trials = 1_000;
    private static readonly double[] Exponents = [0.8, 1.0];
    private static readonly int[] Cells = [2, 4, 8, 16, 32];

    public static Task<Report> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        List<Dictionary<string, object?>> nodes = [], cells = [];
        foreach (var exponent in Exponents)
        {
            var balance = new NodeBalance(exponent, new Random(options.Seed));
            Repeat(balance.Try, cancellation);
            nodes.AddRange(balance.Rows());
            foreach (var count in Cells)
            {
                var spread = new CellBalance(count, exponent, new Random(options.Seed));
                Repeat(spread.Try, cancellation);
                cells.Add(spread.Row());
            }

            Report.Say($"exponent {exponent}: done");
        }

        return Task.FromResult(new Report("balance", options)
        {
            ["seed"] = options.Seed,
            ["trials"] = Trials,
            ["webhooks"] = NodeBalance.Webhooks,
            ["shards"] = ShardLeases.Shards,
            ["nodes"] = nodes,
            ["organizations"] = CellBalance.Organizations,
            ["placedByHand"] = CellBalance.Placed,
            ["cells"] = cells,
        });
    }

    private static void Repeat(Action attempt, CancellationToken cancellation)
    {
        for (var i = 0; i < Trials; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            attempt();
        }
    }
}
