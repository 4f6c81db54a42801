using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Testing.Signers;

/// <summary>HMAC-SHA256 over the URL and the nonce (V2), or over URL, query, fields and nonce (V3).</summary>
internal static class PlivoSigner
{
    public static string V2(string token, string url, string nonce) => Sign(token, url.Split('?')[0] + nonce);

    /// <param name="url">With its query sorted by name.</param>
    public static string V3(string token, string url, string nonce, params IEnumerable<(string Name, string Value)> fields)
    {
        var form = string.Concat(fields.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => f.Name + f.Value));
        var separator = form.Length == 0 ? "" : url.Contains('?', StringComparison.Ordinal) ? "." : "?";
        // What is escaped in the query is signed as it reads.
        return Sign(token, $"{Uri.UnescapeDataString(url.Replace('+', ' '))}{separator}{form}.{nonce}");
    }

    private static string Sign(string token, string text) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text)));
}
