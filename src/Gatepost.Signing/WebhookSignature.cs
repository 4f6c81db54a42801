using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Signing;

/// <summary>The signature of a Gatepost webhook: HMAC-SHA256 (RFC 2104, FIPS 198-1) over the raw body.</summary>
public static class WebhookSignature
{
    /// <summary><c>sha256=</c> and 64 lower-case hex digits; absent when the webhook has no secret.</summary>
    public const string Header = "X-Webhook-Signature";

    /// <summary>The event type, such as <c>ticket.created</c>.</summary>
    public const string EventHeader = "X-Webhook-Event";

    /// <summary>The delivery's UUID, the same on every attempt: use it to drop duplicates.</summary>
    public const string DeliveryHeader = "X-Webhook-Delivery";

    internal const string Prefix = "sha256=";
    internal const int HexLength = HMACSHA256.HashSizeInBytes * 2;

    /// <summary>Signs a body.</summary>
    /// <param name="body">The bytes as they are sent, not re-serialised.</param>
    /// <param name="secret">The secret's UTF-8 bytes.</param>
    /// <returns>The header's value.</returns>
    public static string Sign(ReadOnlySpan<byte> body, ReadOnlySpan<byte> secret)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, body, mac);
        return Format(mac);
    }

    /// <summary>Signs a body with a secret as it was typed.</summary>
    /// <param name="body">The bytes as they are sent, not re-serialised.</param>
    /// <param name="secret">16-500 characters; its UTF-8 bytes are the key.</param>
    /// <returns>The header's value.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="secret"/> is null.</exception>
    public static string Sign(ReadOnlySpan<byte> body, string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return Sign(body, Encoding.UTF8.GetBytes(secret));
    }

    internal static string Format(ReadOnlySpan<byte> mac)
    {
        Span<char> text = stackalloc char[Prefix.Length + HexLength];
        Prefix.CopyTo(text);
        Convert.TryToHexStringLower(mac, text[Prefix.Length..], out _);
        return new string(text);
    }
}
