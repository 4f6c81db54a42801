using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gatepost.Testing.Signers;

/// <summary>Compact JWTs with an HMAC.</summary>
internal static class JwtSigner
{
    public static string Sign(string secret, object claims, string algorithm = "HS256") =>
        Sign(secret, JsonSerializer.Serialize(claims), $$"""{"alg":"{{algorithm}}","typ":"JWT"}""", algorithm);

    /// <param name="claims">Exactly as it is signed, as is the header.</param>
    public static string Sign(string secret, string claims, string header, string algorithm)
    {
        var text = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        var (key, octets) = (Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(text));
        var signature = algorithm switch
        {
            "HS256" => HMACSHA256.HashData(key, octets),
            "HS384" => HMACSHA384.HashData(key, octets),
            "HS512" => HMACSHA512.HashData(key, octets),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "It is no HMAC."),
        };
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }
}
