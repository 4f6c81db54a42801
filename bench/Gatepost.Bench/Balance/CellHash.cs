namespace Gatepost.Bench.Balance;

/// <summary>Rendezvous hashing: an organization belongs to the cell whose hash with it is the greatest, so that a further cell takes only what becomes its own.</summary>
internal static class CellHash
{
    public static int CellOf(ulong organization, int cells)
    {
        var (best, greatest) = (0, 0UL);
        for (var cell = 0; cell < cells; cell++)
        {
            var hash = Mix(organization ^ Mix((ulong)cell + 1));
            if (hash >= greatest)
                (best, greatest) = (cell, hash);
        }

        return best;
    }

    // SplitMix64 (Steele, Lea, Flood 2014): every bit of the input changes half of those of the result.
    private static ulong Mix(ulong value)
    {
        value += 0x9E37_79B9_7F4A_7C15;
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
