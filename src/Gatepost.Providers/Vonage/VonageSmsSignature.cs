using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Providers.Vonage;

/// <summary>The parameter <c>sig</c> over all other parameters.</summary>
internal static class VonageSmsSignature
{
    private const int DefaultMaxAgeSeconds = 300;

    /// <summary>From the key and the text, by the name in Vonage's settings.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Vonage offers it.")]
    [SuppressMessage("Security", "CA5351", Justification = "Vonage offers it.")]
    public static FrozenDictionary<string, Func<byte[], byte[], byte[]>> Methods { get; } = new Dictionary<string, Func<byte[], byte[], byte[]>>
    {
        ["md5hash"] = (key, text) => MD5.HashData([.. text, .. key]),
        ["md5"] = HMACMD5.HashData,
        ["sha1"] = HMACSHA1.HashData,
        ["sha256"] = HMACSHA256.HashData,
        ["sha512"] = HMACSHA512.HashData,
    }.ToFrozenDictionary();

    /// <exception cref="CallbackFormatException">The parameters can be read in two ways, or not at all.</exception>
    public static Verification Verify(CallbackRequest request, CallbackContext context)
    {
        if (!Methods.TryGetValue(context.Credentials.SignatureMethod ?? "", out var method))
            return Verification.Refused("The request has no JWT, and the account has no signature method.");
        var parameters = VonageParameters.Read(request);
        if (!parameters.TryGetValue("sig", out var signature))
            return Verification.Refused("The parameter sig is missing.");
        if (!IsSigned(signature, Encoding.UTF8.GetBytes(SignedText(parameters)), method, context.Credentials.Secrets))
            return Verification.Refused("The signature does not match.");
        if (!AgeLimit.TryRead(parameters.GetValueOrDefault("timestamp"), out var sentAt) || !AgeLimit.Allows(sentAt, context, DefaultMaxAgeSeconds))
            return Verification.Refused("The timestamp is missing or too far from now.");
        return Verification.Valid(replay: parameters.GetValueOrDefault("nonce") is { Length: > 0 } nonce
            ? new ReplayGuard($"vonage-nonce:{nonce}", 401, AgeLimit.Keep(context, DefaultMaxAgeSeconds))
            : null);
    }

    private static bool IsSigned(string signature, byte[] text, Func<byte[], byte[], byte[]> method, IReadOnlyList<string> secrets)
    {
        var found = false;
        foreach (var secret in SigningSecrets.Usable(secrets))
            found |= HexDigest.IsOf(signature, method(Encoding.UTF8.GetBytes(secret), text));
        return found;
    }

    /// <summary>Nothing is escaped: what would separate parameters becomes an underscore in values.</summary>
    private static string SignedText(IReadOnlyDictionary<string, string> parameters)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in parameters.Where(p => p.Key != "sig"))
            text.Append('&').Append(name).Append('=').Append(value.Replace('&', '_').Replace('=', '_'));
        return text.ToString();
    }
}
