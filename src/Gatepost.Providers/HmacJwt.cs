using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gatepost.Providers;

/// <summary>A compact JWT (RFC 7519) that is signed with a shared secret.</summary>
internal static class HmacJwt
{
    private static readonly SearchValues<char> Base64UrlLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <param name="Fault">Why the token is refused; null when it is signed.</param>
    public readonly record struct Reading(JsonElement Claims, string? Fault);

    /// <param name="algorithms">Those of RFC 7518 3.2 that the provider uses. They are checked before a key is touched.</param>
    /// <exception cref="CallbackFormatException">A text of the token is no Unicode.</exception>
    public static Reading Read(string token, IReadOnlyList<string> secrets, params IReadOnlyList<string> algorithms)
    {
        var parts = token.Split('.', 4);
        if (parts.Length != 3 || Decode(parts[0]) is not { } header || Decode(parts[1]) is not { } claims || Decode(parts[2]) is not { } signature)
            return Refused("The token is no JWT.");
        var protectedHeader = CallbackJson.Parse(header);
        if (protectedHeader.Text("alg") is not { } algorithm || !algorithms.Contains(algorithm))
            return Refused("The JWT's algorithm is not allowed.");
        if (protectedHeader.Member("crit") is not null)
            return Refused("The JWT has critical extensions.");
        if (!IsSigned(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, algorithm, secrets))
            return Refused("The JWT's signature does not match.");
        return new Reading(CallbackJson.Parse(claims), null);
    }

    /// <returns>Null when the claim is absent or is no whole number.</returns>
    public static long? Seconds(this JsonElement claims, string name) =>
        claims.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var seconds) ? seconds : null;

    private static Reading Refused(string fault) => new(default, fault);

    private static bool IsSigned(byte[] text, byte[] signature, string algorithm, IReadOnlyList<string> secrets)
    {
        var found = false;
        foreach (var secret in SigningSecrets.Usable(secrets))
            found |= SecretComparer.AreEqual(signature, Sign(text, Encoding.UTF8.GetBytes(secret), algorithm));
        return found;
    }

    private static byte[] Sign(byte[] text, byte[] key, string algorithm) => algorithm switch
    {
        "HS256" => HMACSHA256.HashData(key, text),
        "HS384" => HMACSHA384.HashData(key, text),
        "HS512" => HMACSHA512.HashData(key, text),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "It is no HMAC of RFC 7518."),
    };

    /// <summary>Without padding and white space, as RFC 7515 has it.</summary>
    private static byte[]? Decode(string part)
    {
        if (part.AsSpan().ContainsAnyExcept(Base64UrlLetters))
            return null;
        var bytes = new byte[Base64Url.GetMaxDecodedLength(part.Length)];
        return Base64Url.DecodeFromChars(part, bytes, out _, out var length) == OperationStatus.Done ? bytes[..length] : null;
    }
}
