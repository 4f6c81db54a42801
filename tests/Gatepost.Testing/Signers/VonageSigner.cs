using System.Security.Cryptography;

namespace Gatepost.Testing.Signers;

/// <summary>The JWT of the Messages API.</summary>
internal static class VonageSigner
{
    public static string Jwt(string secret, string apiKey, ReadOnlySpan<byte> body, DateTimeOffset now) => JwtSigner.Sign(
        secret,
        new { iss = "Vonage", iat = now.ToUnixTimeSeconds(), jti = Guid.NewGuid(), api_key = apiKey, payload_hash = Convert.ToHexStringLower(SHA256.HashData(body)) });
}
