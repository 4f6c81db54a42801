using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Testing.Signers;

/// <summary>Twilio and Mandrill: HMAC-SHA1 over the URL and each field's name and value, by name.</summary>
internal static class FormSigner
{
#pragma warning disable CA5350 // SHA-1 is the providers' choice.
    public static string Sign(string secret, string url, params IEnumerable<(string Name, string Value)> fields) => Convert.ToBase64String(
        HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(url + string.Concat(fields.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => f.Name + f.Value)))));
#pragma warning restore CA5350

    /// <summary>As it is sent.</summary>
    public static string Encode(IEnumerable<(string Name, string Value)> fields) =>
        string.Join('&', fields.Select(f => $"{Uri.EscapeDataString(f.Name)}={Uri.EscapeDataString(f.Value)}"));
}
