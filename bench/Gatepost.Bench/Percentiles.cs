using System.Diagnostics;

namespace Gatepost.Bench;

/// <summary>Percentiles of durations in stopwatch ticks.</summary>
internal sealed class Percentiles
{
    private readonly long[] sorted;

    public Percentiles(IEnumerable<long> ticks)
    {
        sorted = [.. ticks];
        Array.Sort(sorted);
    }

    public int Count => sorted.Length;

    public double Max => At(1);

    /// <param name="quantile">0.99 is the smallest duration that 99 % do not exceed.</param>
    /// <returns>Milliseconds, or not a number when there is no sample.</returns>
    public double At(double quantile) => sorted.Length == 0
        ? double.NaN
        : Milliseconds(sorted[Math.Clamp((int)Math.Ceiling(quantile * sorted.Length) - 1, 0, sorted.Length - 1)]);

    public static double Milliseconds(long ticks) => ticks * 1_000.0 / Stopwatch.Frequency;

    public static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;

    public static double Median(IEnumerable<double> values)
    {
        var all = values.Where(v => !double.IsNaN(v)).Order().ToArray();
        return all.Length == 0 ? double.NaN : (all[(all.Length - 1) / 2] + all[all.Length / 2]) / 2;
    }
}
