using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Providers;

/// <summary>The signature of https://www.standardwebhooks.com: HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
internal static class StandardWebhooks
{
    public const string SecretPrefix = "whsec_";

    private const int DefaultMaxAgeSeconds = 300;

    /// <param name="prefix">Of the three headers: <c>webhook</c>, or <c>svix</c>.</param>
    /// <returns>Why the request is refused; null when it is signed.</returns>
    public static string? Fault(CallbackRequest request, string prefix, CallbackContext context)
    {
        var timestamp = request.Header($"{prefix}-timestamp");
        if (request.Header($"{prefix}-id") is not { Length: > 0 } id || timestamp is null || request.Header($"{prefix}-signature") is not { } signatures)
            return $"A {prefix}-* header is missing.";
        if (!AgeLimit.TryRead(timestamp, out var sentAt) || !AgeLimit.Allows(sentAt, context, DefaultMaxAgeSeconds))
            return "The timestamp is too far from now.";

        var found = false;
        foreach (var key in context.Credentials.Secrets.Select(Key).OfType<byte[]>())
        {
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
            hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
            hmac.AppendData(request.Body.Span);
            found |= Names(signatures, hmac.GetHashAndReset());
        }

        return found ? null : "The signature does not match.";
    }

    /// <returns>Null when it is no secret of this scheme.</returns>
    public static byte[]? Key(string? secret)
    {
        if (secret is null || !secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
            return null;
        var key = new byte[secret.Length];
        return Convert.TryFromBase64Chars(secret.AsSpan(SecretPrefix.Length), key, out var length) && length > 0 ? key[..length] : null;
    }

    /// <summary>During a rotation several signatures come, separated by spaces. Versions other than v1 are not ours to read.</summary>
    private static bool Names(string signatures, byte[] digest)
    {
        var found = false;
        var given = new byte[digest.Length];
        foreach (var range in signatures.AsSpan().Split(' '))
        {
            var signature = signatures.AsSpan(range);
            if (signature.StartsWith("v1,", StringComparison.Ordinal) && Convert.TryFromBase64Chars(signature[3..], given, out var length))
                found |= SecretComparer.AreEqual(given.AsSpan(0, length), digest);
        }

        return found;
    }
}
