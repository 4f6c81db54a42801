using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Providers.Mandrill;

/// <summary>Base64(HMAC-SHA1(webhook key, URL as typed at Mandrill + each field's name and value, by name)).</summary>
internal static class MandrillSignature
{
    public static bool Matches(CallbackRequest request, FormParts form, IReadOnlyList<string> keys)
    {
        var given = request.Header("X-Mandrill-Signature");
        var found = false;
        foreach (var key in SigningSecrets.Usable(keys))
            found |= SecretComparer.AreEqual(given, Convert.ToBase64String(Sign(request, form, key)));
        return found;
    }

    // The fields' octets as they were received: Mandrill escapes slashes as PHP does, and signs that.
    private static byte[] Sign(CallbackRequest request, FormParts form, string key)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, Encoding.UTF8.GetBytes(key));
        hmac.AppendData(Encoding.UTF8.GetBytes(request.Url));
        foreach (var part in form.All.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            hmac.AppendData(Encoding.UTF8.GetBytes(part.Name));
            hmac.AppendData(part.Value.Span);
        }

        return hmac.GetHashAndReset();
    }
}
