using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Providers.Messagebird;

internal enum MessagebirdScheme
{
    None,

    /// <summary>The SMS API since 2021.</summary>
    Jwt,

    /// <summary>The SMS API before, and Bird's notifications.</summary>
    Hmac,

    /// <summary>Bird's API of 2026.</summary>
    Standard,
}

/// <summary>Finds the scheme of a request by its headers, and checks it.</summary>
internal static class MessagebirdSignature
{
    private const string JwtHeader = "MessageBird-Signature-JWT";
    private const string HmacHeader = "MessageBird-Signature";
    private const int DefaultMaxAgeSeconds = 300;

    /// <summary>Tokens live for a minute; the official libraries allow clocks to differ by 0 to 5 seconds.</summary>
    private const int SkewSeconds = 5;

    /// <summary>Parsing asks too: what is read must be what was verified.</summary>
    public static MessagebirdScheme Scheme(CallbackRequest request) =>
        request.Headers.ContainsKey(JwtHeader) ? MessagebirdScheme.Jwt
        : request.Headers.ContainsKey("webhook-signature") ? MessagebirdScheme.Standard
        : request.Headers.ContainsKey(HmacHeader) ? MessagebirdScheme.Hmac
        : MessagebirdScheme.None;

    /// <returns>Why the request is refused; null when it is signed.</returns>
    public static string? Fault(CallbackRequest request, CallbackContext context)
    {
        try
        {
            return Scheme(request) switch
            {
                MessagebirdScheme.Jwt => JwtFault(request, context),
                MessagebirdScheme.Standard => StandardWebhooks.Fault(request, "webhook", context),
                MessagebirdScheme.Hmac => HmacFault(request, context),
                _ => "The request has no signature.",
            };
        }
        catch (CallbackFormatException e)
        {
            return e.Message;
        }
    }

    private static string? JwtFault(CallbackRequest request, CallbackContext context)
    {
        var (claims, fault) = HmacJwt.Read(request.Header(JwtHeader) ?? "", context.Credentials.Secrets, "HS256", "HS384", "HS512");
        if (fault is not null)
            return fault;
        var now = context.Now.ToUnixTimeSeconds();
        if (claims.Text("iss") != "MessageBird")
            return "The JWT's issuer is not MessageBird.";
        if (claims.Seconds("nbf") is not { } notBefore || notBefore > now + SkewSeconds)
            return "The JWT is not valid yet, or does not say.";
        if (claims.Seconds("exp") is not { } expires || expires < now - SkewSeconds)
            return "The JWT has expired, or does not say when.";
        if (string.IsNullOrEmpty(claims.Text("jti")))
            return "The JWT has no id.";
        if (!SecretComparer.AreEqual(claims.Text("url_hash"), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Url)))))
            return "The JWT is for another URL.";
        return IsOfBody(claims.Text("payload_hash"), request.Body.Span) ? null : "The JWT is for another body.";
    }

    /// <summary>The claim is there if and only if there is a body.</summary>
    private static bool IsOfBody(string? hash, ReadOnlySpan<byte> body) =>
        body.IsEmpty ? hash is null : SecretComparer.AreEqual(hash, Convert.ToHexStringLower(SHA256.HashData(body)));

    /// <summary>
    /// Two schemes share these headers: the old one signs the sorted query, Bird's notifications sign the URL.
    /// Neither text can be the other, because a sorted query has its colons escaped.
    /// </summary>
    private static string? HmacFault(CallbackRequest request, CallbackContext context)
    {
        var timestamp = request.Header("MessageBird-Request-Timestamp");
        if (!AgeLimit.TryRead(timestamp, out var sentAt) || !AgeLimit.Allows(sentAt, context, DefaultMaxAgeSeconds))
            return "The timestamp is missing or too far from now.";
        var given = new byte[HMACSHA256.HashSizeInBytes];
        if (!Convert.TryFromBase64String(request.Header(HmacHeader) ?? "", given, out var length))
            return "The signature is no Base64 of 32 bytes.";

        var found = false;
        foreach (var key in SigningSecrets.Usable(context.Credentials.Secrets).Select(Encoding.UTF8.GetBytes))
        {
            found |= SecretComparer.AreEqual(given.AsSpan(0, length), Sign(key, $"{timestamp}\n{MessagebirdQuery.Sorted(request.RawQuery)}\n", request.Body.Span));
            found |= SecretComparer.AreEqual(given.AsSpan(0, length), Sign(key, $"{timestamp}\n{request.Url}\n", request.Body.Span));
        }

        return found ? null : "The signature does not match.";
    }

    private static byte[] Sign(byte[] key, string text, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(text), .. SHA256.HashData(body)];
        return HMACSHA256.HashData(key, signed);
    }
}
