using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Providers;

/// <summary>Compares what a stranger sent with what is right, in a time that does not tell how much of it was right.</summary>
internal static class SecretComparer
{
    public static bool AreEqual(ReadOnlySpan<byte> given, ReadOnlySpan<byte> expected) => CryptographicOperations.FixedTimeEquals(given, expected);

    /// <summary>Over the SHA-256 of both, so that not even the length is told.</summary>
    public static bool AreEqual(string? given, string expected) =>
        given is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));

    /// <summary>Whether one of several is right; looks at all of them. An empty secret is none.</summary>
    public static bool IsAny(string? given, IReadOnlyList<string> expected)
    {
        var found = false;
        foreach (var one in expected)
            found |= one.Length > 0 && AreEqual(given, one);
        return found;
    }
}
