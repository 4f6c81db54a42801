using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Testing.Signers;

/// <summary><c>MessageBird-Signature-JWT</c>, and the HMAC that was before it.</summary>
internal static class MessagebirdSigner
{
    public static string Jwt(string secret, string url, ReadOnlySpan<byte> body, DateTimeOffset now, string algorithm = "HS256")
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["iss"] = "MessageBird",
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.ToUnixTimeSeconds() + 60,
            ["jti"] = Guid.NewGuid(),
            ["url_hash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url))),
        };
        if (!body.IsEmpty)
            claims["payload_hash"] = Convert.ToHexStringLower(SHA256.HashData(body));
        return JwtSigner.Sign(secret, claims, algorithm);
    }

    /// <param name="query">With its names sorted.</param>
    public static string Legacy(string secret, string timestamp, string query, ReadOnlySpan<byte> body) => Convert.ToBase64String(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes($"{timestamp}\n{query}\n"), .. SHA256.HashData(body)]));
}
