using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Providers.Plivo;

/// <summary>
/// Base64(HMAC-SHA256(auth token, text + nonce)). V2 is what messaging uses and covers only the URL without its query;
/// V3 covers query and form as well and wins where it is sent.
/// </summary>
internal static class PlivoSignature
{
    /// <returns>Null when it is right, else why it is not.</returns>
    public static string? Fault(CallbackRequest request, IReadOnlyList<string> tokens)
    {
        // A stranger could leave the V3 headers out, but he could not make those of V2.
        var version = Given(request, "V3").Count > 0 ? "V3" : "V2";
        var given = Given(request, version);
        if (given.Count == 0)
            return "The signature headers are missing.";
        if (Nonce(request, version) is not { Length: > 0 } nonce)
            return "The nonce header is missing.";
        var text = version == "V3" ? $"{TextV3(request)}.{nonce}" : Base(request.Url) + nonce;
        return Matches(text, given, tokens) ? null : "The signature does not match.";
    }

    /// <summary>Of V2 alone: a V3 signature cannot be carried over to another body.</summary>
    public static string? NonceV2(CallbackRequest request) => Given(request, "V3").Count > 0 ? null : Nonce(request, "V2");

    /// <summary>As the official Node.js library builds it; repeated names have their values sorted.</summary>
    public static string TextV3(CallbackRequest request)
    {
        var query = string.Join('&', Sorted(CallbackForm.Parse(request.RawQuery)).Select(f => $"{f.Key}={f.Value}"));
        var form = request.Method == "GET" ? "" : string.Concat(Sorted(CallbackForm.Parse(request.Body)).Select(f => f.Key + f.Value));
        var separator = query.Length > 0 && form.Length > 0 ? "." : "";
        // With a form the question mark stands there even when there is no query.
        var mark = query.Length > 0 || form.Length > 0 ? "?" : "";
        return $"{Base(request.Url)}{mark}{query}{separator}{form}";
    }

    /// <summary>The URL as typed at Plivo, without query: "https://host" stays without a slash.</summary>
    public static string Base(string url) => url.Split('?', '#')[0];

    private static bool Matches(string text, List<string> given, IReadOnlyList<string> tokens)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        var found = false;
        foreach (var token in SigningSecrets.Usable(tokens))
        {
            var right = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), octets));
            foreach (var one in given)
                found |= SecretComparer.AreEqual(one, right);
        }

        return found;
    }

    // The "Ma" header is made with the main account's token, the other with the token of the (sub)account that owns the message.
    private static List<string> Given(CallbackRequest request, string version) =>
        [.. new[] { $"X-Plivo-Signature-{version}", $"X-Plivo-Signature-Ma-{version}" }
            .SelectMany(name => (request.Header(name) ?? "").Split(',', 8, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    private static string? Nonce(CallbackRequest request, string version) => request.Header($"X-Plivo-Signature-{version}-Nonce");

    private static IEnumerable<KeyValuePair<string, string>> Sorted(CallbackForm form) =>
        form.Fields.OrderBy(f => f.Key, StringComparer.Ordinal).ThenBy(f => f.Value, StringComparer.Ordinal);
}
