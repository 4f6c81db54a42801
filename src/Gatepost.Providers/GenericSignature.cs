using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Providers;

/// <summary>
/// Our own signature, for senders that the user writes: <c>X-Inbound-Timestamp</c> in Unix seconds and
/// <c>X-Inbound-Signature: sha256=hex(HMAC-SHA256(key, timestamp + "." + body))</c>.
/// </summary>
internal static class GenericSignature
{
    public const string TimestampHeader = "X-Inbound-Timestamp";
    public const string SignatureHeader = "X-Inbound-Signature";

    private const int DefaultMaxAgeSeconds = 300;
    private const string Prefix = "sha256=";

    public static bool IsPresent(CallbackRequest request) => request.Headers.ContainsKey(SignatureHeader);

    /// <returns>Why the request is refused; null when it is signed.</returns>
    public static string? Fault(CallbackRequest request, CallbackContext context)
    {
        var timestamp = request.Header(TimestampHeader);
        if (!AgeLimit.TryRead(timestamp, out var sentAt) || !AgeLimit.Allows(sentAt, context, DefaultMaxAgeSeconds))
            return "The timestamp is missing or too far from now.";
        var given = request.Header(SignatureHeader);
        var hex = given is not null && given.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? given[Prefix.Length..] : null;
        var found = false;
        foreach (var secret in SigningSecrets.Usable(context.Credentials.Secrets))
            found |= HexDigest.IsOf(hex, Sign(secret, timestamp!, request.Body.Span));
        return found ? null : "The signature does not match.";
    }

    private static byte[] Sign(string secret, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes($"{timestamp}."));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }
}
