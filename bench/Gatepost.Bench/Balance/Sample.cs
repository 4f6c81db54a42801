namespace Gatepost.Bench.Balance;

/// <summary>What many trials gave.</summary>
internal sealed class Sample
{
    private readonly List<double> values = [];

    public double Mean => Math.Round(values.Average(), 3);

    public double P99 => Math.Round(values.Order().ElementAt((int)Math.Ceiling(0.99 * values.Count) - 1), 3);

    public void Add(double value) => values.Add(value);
}
