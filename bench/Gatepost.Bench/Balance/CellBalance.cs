namespace Gatepost.Bench.Balance;

/// <summary>
/// Organizations of unequal load on some cells: all by hash, and with the greatest placed by hand, each where there is least so far.
/// </summary>
internal sealed class CellBalance(int cells, double exponent, Random chance)
{
    public const int Organizations = 10_000;
    public const int Placed = 100;

    private readonly double[] loads = ZipfLoad.Make(Organizations, exponent);
    private readonly Sample hashed = new();
    private readonly Sample placed = new();
    private readonly Sample moved = new();

    public void Try()
    {
        var ids = Enumerable.Range(0, Organizations).Select(_ => (ulong)chance.NextInt64()).ToArray();
        var home = Array.ConvertAll(ids, id => CellHash.CellOf(id, cells));
        moved.Add(ids.Where((id, i) => CellHash.CellOf(id, cells + 1) != home[i]).Count() / (double)Organizations);
        var all = new double[cells];
        var rest = new double[cells];
        for (var i = 0; i < Organizations; i++)
        {
            all[home[i]] += loads[i];
            if (i >= Placed)
                rest[home[i]] += loads[i];
        }

        for (var i = 0; i < Placed; i++)
            rest[Array.IndexOf(rest, rest.Min())] += loads[i];
        hashed.Add(all.Max() * cells);
        placed.Add(rest.Max() * cells);
    }

    public Dictionary<string, object?> Row() => new()
    {
        ["zipf"] = exponent,
        ["cells"] = cells,
        ["maxOverMean"] = hashed.Mean,
        ["p99MaxOverMean"] = hashed.P99,
        ["placedMaxOverMean"] = placed.Mean,
        ["placedP99MaxOverMean"] = placed.P99,
        ["largestOrganizationOverMean"] = Math.Round(loads[0] * cells, 3),
        ["movedOnAdd"] = moved.Mean,
    };
}
