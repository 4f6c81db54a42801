namespace Gatepost.Providers.Twilio;

/// <summary>
/// The texts that Twilio may have signed for one URL. Its back ends differ over the port and over apostrophes, and its own
/// libraries try both; nothing else of the URL is touched, because every byte is signed.
/// </summary>
internal static class TwilioUrl
{
    public static IReadOnlyList<string> Candidates(string url)
    {
        // A fragment (#rc=3&rp=5xx) tells Twilio how to retry; it is neither sent nor signed.
        var sent = url.Split('#')[0];
        var spellings = new List<string> { sent, OtherPort(sent) };
        if (WithoutUserInfo(sent) is { } bare)
            spellings.AddRange([bare, OtherPort(bare)]);
        return [.. spellings, .. spellings.Select(WithPlainApostrophes)];
    }

    /// <summary>Without its port where there is one, else with the default one.</summary>
    private static string OtherPort(string url)
    {
        var (start, end) = Authority(url);
        var authority = url.AsSpan(start, end - start);
        var port = authority.LastIndexOf(':');
        // A colon before ] belongs to an IPv6 address, one before @ to a password.
        if (port > authority.LastIndexOfAny(']', '@') && !authority[(port + 1)..].ContainsAnyExceptInRange('0', '9'))
            return url.Remove(start + port, authority.Length - port);
        return url.Insert(end, url.StartsWith("http:", StringComparison.OrdinalIgnoreCase) ? ":80" : ":443");
    }

    private static string? WithoutUserInfo(string url)
    {
        var (start, end) = Authority(url);
        var at = url.AsSpan(start, end - start).LastIndexOf('@');
        return at < 0 ? null : url.Remove(start, at + 1);
    }

    private static string WithPlainApostrophes(string url)
    {
        var query = url.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? url : url[..query] + url[query..].Replace("%27", "'", StringComparison.Ordinal);
    }

    private static (int Start, int End) Authority(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var start = scheme < 0 ? 0 : scheme + 3;
        var end = url.AsSpan(start).IndexOfAny('/', '?');
        return (start, end < 0 ? url.Length : start + end);
    }
}
