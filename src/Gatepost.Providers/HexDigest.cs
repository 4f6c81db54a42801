using System.Buffers;

namespace Gatepost.Providers;

internal static class HexDigest
{
    /// <summary>Whether a text is the hex, in either case, of exactly these bytes; in a time that does not tell how much of it was right.</summary>
    public static bool IsOf(string? hex, ReadOnlySpan<byte> digest)
    {
        if (hex is null || hex.Length != digest.Length * 2)
            return false;
        Span<byte> given = stackalloc byte[64];
        return digest.Length <= given.Length
            && Convert.FromHexString(hex, given, out _, out var length) == OperationStatus.Done
            && SecretComparer.AreEqual(given[..length], digest);
    }
}
