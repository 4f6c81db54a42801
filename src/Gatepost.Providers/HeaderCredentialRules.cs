using System.Buffers;
using System.Collections.Frozen;

namespace Gatepost.Providers;

/// <summary>Whether a header that proves the sender can arrive at all.</summary>
internal static class HeaderCredentialRules
{
    // RFC 9110 5.6.2
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    // They frame the request or belong to one connection (RFC 9110 7.6.1), or are written anew by every proxy.
    private static readonly FrozenSet<string> TakenOnTheWay = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "TE", "Trailer", "Upgrade", "HTTP2-Settings", "Expect",
        "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Forwarded", "Via", "X-Real-IP");

    /// <returns>Why no request can show it; null when one can.</returns>
    public static string? Fault(HeaderCredential header) => header switch
    {
        _ when !IsUsable(header) => "needs a name and a value.",
        _ when header.Name.AsSpan().ContainsAnyExcept(TokenCharacters) =>
            "has a name that no header can have: it is made of letters, digits and !#$%&'*+-.^_`|~ only.",
        _ when TakenOnTheWay.Contains(header.Name) || header.Name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) =>
            $"can never match: servers and proxies take {header.Name} for themselves or write it anew. Choose a name of your own, such as X-Token.",
        _ when header.Value.Any(c => char.IsControl(c) && c != '\t') => "has a value that no header can have: it holds a line break or another control character.",
        _ when IsBlank(header.Value[0]) || IsBlank(header.Value[^1]) => "can never match: its value begins or ends with a blank, which HTTP drops on the way.",
        _ => null,
    };

    public static bool IsUsable(HeaderCredential header) => !string.IsNullOrWhiteSpace(header.Name) && !string.IsNullOrWhiteSpace(header.Value);

    private static bool IsBlank(char c) => c is ' ' or '\t';
}
