namespace Gatepost.Bench.Balance;

/// <summary>Loads of which a few are much greater than the rest: the one of rank n is 1/n^exponent of the greatest. They add up to 1.</summary>
internal static class ZipfLoad
{
    /// <returns>The greatest first.</returns>
    public static double[] Make(int count, double exponent)
    {
        var loads = new double[count];
        for (var i = 0; i < count; i++)
            loads[i] = Math.Pow(i + 1, -exponent);
        var sum = loads.Sum();
        for (var i = 0; i < count; i++)
            loads[i] /= sum;
        return loads;
    }
}
