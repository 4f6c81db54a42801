using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gatepost.Providers.Tests;

/// <summary>What is signed of a request, decoded: written from the reference, apart from the code that verifies.</summary>
internal static partial class SignedOctets
{
    private static readonly string[] SnsSigned = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type", "SignatureVersion"];

    public static string RawBody(CallbackRequest request) => Encoding.Latin1.GetString(request.Body.Span);

    public static string RawUrl(CallbackRequest request) => request.Url.Split('#')[0];

    public static string UrlWithoutQuery(CallbackRequest request) => request.Url.Split('?', '#')[0];

    public static string TwilioBody(CallbackRequest request) =>
        IsForm(request) ? string.Concat(Pairs(CallbackForm.Parse(request.Body)).Distinct().Select(p => p.Name + p.Value)) : RawBody(request);

    public static string TwilioUrl(CallbackRequest request) => UserAndPort().Replace(RawUrl(request), "$1$2");

    public static string SortedForm(CallbackRequest request) => string.Concat(Pairs(CallbackForm.Parse(request.Body)).Select(p => p.Name + p.Value));

    public static string SortedQuery(CallbackRequest request) => string.Join('&', Pairs(CallbackForm.Parse(request.RawQuery)).Select(p => $"{p.Name}={p.Value}"));

    public static string MetaHandshake(CallbackRequest request)
    {
        var query = CallbackForm.Parse(request.RawQuery);
        return $"{query.Value("hub.mode")}\n{query.Value("hub.verify_token")}";
    }

    public static string SnsMembers(CallbackRequest request) => Read(request, () =>
    {
        var json = CallbackJson.Parse(request.Body);
        return string.Join('\n', SnsSigned.Select(name => json.Text(name))) + Decoded(json.Text("Signature") ?? "");
    });

    public static string MailgunToken(CallbackRequest request) => Read(request, () =>
    {
        var find = MailgunFields(request);
        return $"{find("timestamp")}\n{find("token")}\n{find("signature")?.ToLowerInvariant()}";
    });

    public static string VonageQuery(CallbackRequest request) => Vonage(Pairs(CallbackForm.Parse(request.RawQuery)));

    public static string VonageBody(CallbackRequest request) => Read(request, () => IsForm(request)
        ? Vonage(Pairs(CallbackForm.Parse(request.Body)))
        : Vonage(CallbackJson.Parse(request.Body).Members().Where(m => m.Value.ValueKind != JsonValueKind.Null).Select(m => (m.Name, CallbackJson.AsText(m.Value) ?? "")).Order()));

    /// <summary>A signature header: each token in it as bytes where it is hex or Base64; scheme names in lower case.</summary>
    public static string Header(string value) => string.Join(' ', value.Split(' ', ',', '.').Select(Decoded));

    private static string Decoded(string token)
    {
        var lower = token.ToLowerInvariant();
        if (lower is "basic" or "bearer" || Hex().IsMatch(lower))
            return lower;
        var bytes = new byte[token.Length];
        if (Convert.TryFromBase64String(token, bytes, out var length))
            return Convert.ToHexString(bytes, 0, length);
        return Base64Url.IsValid(token) ? Convert.ToHexString(Base64Url.DecodeFromChars(token)) : token;
    }

    private static Func<string, string?> MailgunFields(CallbackRequest request)
    {
        if (IsForm(request))
            return name => CallbackForm.Parse(request.Body).Values(name).LastOrDefault();
        if (request.MediaType == "multipart/form-data")
            return name => CallbackMultipart.Parse(request).Find(name) is { } part ? Encoding.UTF8.GetString(part.Content.Span) : null;
        var json = CallbackJson.Parse(request.Body).Member("signature");
        return name => json.Text(name);
    }

    private static string Vonage(IEnumerable<(string Name, string Value)> parameters) =>
        string.Concat(parameters.Select(p => p.Name == "sig" ? $"&sig={p.Value.ToLowerInvariant()}" : $"&{p.Name}={p.Value.Replace('&', '_').Replace('=', '_')}"));

    private static IEnumerable<(string Name, string Value)> Pairs(CallbackForm form) =>
        form.Fields.Select(f => (f.Key, f.Value)).OrderBy(f => f.Key, StringComparer.Ordinal).ThenBy(f => f.Value, StringComparer.Ordinal);

    private static bool IsForm(CallbackRequest request) => request.MediaType == "application/x-www-form-urlencoded";

    /// <summary>What cannot be read is nothing but its own bytes.</summary>
    private static string Read(CallbackRequest request, Func<string> read)
    {
        try
        {
            return read();
        }
        catch (CallbackFormatException)
        {
            return RawBody(request);
        }
    }

    [GeneratedRegex("^(https?://)(?:[^/?@]*@)?([^/?:]+)(?::[0-9]*)?(?=[/?]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex UserAndPort();

    [GeneratedRegex("^(sha256=)?([0-9a-f]{2}){16,}$")]
    private static partial Regex Hex();
}
