using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Providers.SendGrid;

/// <summary>
/// ECDSA P-256 over SHA-256 of the timestamp header and the raw body; the signature is Base64 of DER.
/// https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features (2026-11)
/// </summary>
internal static class SendGridSignature
{
    private const string Prefix = "X-Twilio-Email-Event-Webhook-";

    // DER of two 32-byte integers has at most 72 bytes.
    private const int MaxSignatureBytes = 128;

    /// <returns>Why the request is not SendGrid's; null when it is.</returns>
    public static string? Fault(CallbackRequest request, CallbackContext context)
    {
        if (request.Header($"{Prefix}Signature") is not { } text || request.Header($"{Prefix}Timestamp") is not { } header)
            return "A signature header is missing.";
        var signature = new byte[MaxSignatureBytes];
        if (!Convert.TryFromBase64String(text, signature, out var length))
            return "The signature is no Base64.";
        var timestamp = header.Trim();
        var hash = Hash(timestamp, request.Body.Span);
        if (!context.Credentials.PublicKeys.Any(key => Verifies(key, hash, signature.AsSpan(0, length))))
            return "The signature does not match: another key, or the body was changed on the way.";
        return IsTooOld(timestamp, context) ? "The timestamp is outside the account's age limit." : null;
    }

    /// <summary>Whether it is a key that can verify.</summary>
    public static bool IsKey(string text)
    {
        using var key = Import(text);
        return key is not null;
    }

    private static byte[] Hash(string timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    private static bool Verifies(string publicKey, byte[] hash, ReadOnlySpan<byte> signature)
    {
        using var key = Import(publicKey);
        try
        {
            return key?.VerifyHash(hash, signature, DSASignatureFormat.Rfc3279DerSequence) ?? false;
        }
        catch (CryptographicException)
        {
            // Some platforms throw on broken DER, where others answer false.
            return false;
        }
    }

    private static ECDsa? Import(string publicKey)
    {
        var der = new byte[publicKey.Length];
        var key = ECDsa.Create();
        try
        {
            if (Convert.TryFromBase64String(publicKey, der, out var length))
            {
                key.ImportSubjectPublicKeyInfo(der.AsSpan(0, length), out var read);
                if (read == length && key.KeySize == 256)
                    return key;
            }
        }
        catch (CryptographicException)
        {
            // No key: the caller is told by null.
        }

        key.Dispose();
        return null;
    }

    /// <summary>SendGrid names no window, and it may repeat for a day: only an account that asks for a limit has one.</summary>
    private static bool IsTooOld(string timestamp, CallbackContext context) =>
        !AgeLimit.TryRead(timestamp, out var seconds) || !AgeLimit.Allows(seconds, context, byDefault: int.MaxValue);
}
