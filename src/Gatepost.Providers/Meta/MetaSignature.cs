using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Providers.Meta;

/// <summary><c>X-Hub-Signature-256: sha256=</c> and the hex of HMAC-SHA256 over the raw body, keyed with the app secret.</summary>
internal static class MetaSignature
{
    private const string Prefix = "sha256=";

    public static Verification Verify(CallbackRequest request, IReadOnlyList<string> secrets)
    {
        if (request.Header("X-Hub-Signature-256") is not { } header)
            return Verification.Refused("X-Hub-Signature-256 is missing.", 403);
        if (!header.StartsWith(Prefix, StringComparison.Ordinal))
            return Verification.Refused("X-Hub-Signature-256 does not begin with sha256=.", 403);

        var found = false;
        foreach (var secret in SigningSecrets.Usable(secrets))
            found |= HexDigest.IsOf(header[Prefix.Length..], HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), request.Body.Span));
        return found ? Verification.Valid() : Verification.Refused("The signature does not match.", 403);
    }
}
