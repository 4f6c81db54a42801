using System.Buffers;
using System.Collections.Frozen;

namespace Gatepost.Webhooks;

/// <summary>Which headers a customer may add: never one that frames the request, names its sender, or that a cloud's metadata service trusts.</summary>
internal static class HeaderRules
{
    private const int MaxValue = 4_096;

    // A full set removed and another one put in its place.
    public const int MaxNamed = 2 * CustomHeaders.MaxCount;

    // RFC 9110 5.6.2
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    // The second line is hop-by-hop: RFC 9110 7.6.1, RFC 7540 3.2.1; Proxy-* is among the prefixes.
    private static readonly FrozenSet<string> Forbidden = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Host", "User-Agent", "Date", "Expect", "Cookie", "Forwarded", "Via", "traceparent", "tracestate",
        "Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "Close");

    private static readonly string[] ForbiddenPrefixes =
    [
        "Content-", "X-Webhook-", "Webhook-", "X-Forwarded-", "Proxy-", "X-Amz-", "X-aws-", "X-Goog-", "X-Azure-", "Metadata-", "Sec-",
    ];

    /// <param name="isNew">There is nothing to remove yet, so a null value would silently send no header.</param>
    public static void Check(IReadOnlyDictionary<string, string?> headers, bool isNew, FaultList faults)
    {
        if (headers.Count > MaxNamed)
        {
            faults.Add("headers", "too_many", $"A webhook may have at most {CustomHeaders.MaxCount} headers; {headers.Count} are named here.");
            return;
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            var field = $"headers.{Shown(name)}";
            CheckName(field, name, faults);
            if (!seen.Add(name))
                faults.Add(field, "duplicate", "The same header is given twice; names differ in case only.");
            if (value is not null)
                CheckValue(field, value, faults);
            else if (isNew)
                faults.Add(field, "required", "Give the header's value; null removes a header, in a PATCH.");
        }
    }

    private static void CheckName(string field, string name, FaultList faults)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(TokenCharacters))
            faults.Add(field, "invalid_header_name", "A header name is made of letters, digits and !#$%&'*+-.^_`|~ only.");
        else if (Forbidden.Contains(name) || Array.Exists(ForbiddenPrefixes, p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase)))
            faults.Add(field, "forbidden_header", "This header is set by Gatepost or could mislead what stands in between; choose another name.");
    }

    private static void CheckValue(string field, string value, FaultList faults)
    {
        if (value.Length > MaxValue)
            faults.Add(field, "too_long", $"A header value may have at most {MaxValue} characters; it has {value.Length}.");
        else if (value.AsSpan().ContainsAnyExceptInRange('\t', '~') || value.AsSpan().ContainsAnyInRange('\n', '\x1f'))
            faults.Add(field, "invalid_header_value", "A header value holds visible ASCII characters, spaces and tabs only.");
        else if (value.Length > 0 && (value[0] is ' ' or '\t' || value[^1] is ' ' or '\t'))
            faults.Add(field, "invalid_header_value", "A header value cannot begin or end with a blank: HTTP drops it on the way.");
    }

    // A name that is refused may hold anything at all.
    private static string Shown(string name) => name.Length <= 100 ? name : name[..100] + "...";
}
