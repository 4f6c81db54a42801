using System.Globalization;
using System.Net;
using System.Text;

namespace Gatepost.Egress;

/// <summary>What became of a URL text: the normalised URL, or why not.</summary>
internal readonly record struct TargetUrl(Uri? Url, string? Reason)
{
    private const int MaxLength = 2_000;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = false };

    /// <summary>
    /// A strict grammar first, then <see cref="Uri"/>, and both must mean the same host: the tricks of security.md a.3 live where
    /// parsers disagree. The fragment and a trailing dot of the host are dropped, the host is in its IDN form.
    /// </summary>
    public static TargetUrl Parse(string text, EgressOptions options)
    {
        if (text.Length > MaxLength)
            return Refuse($"A URL may have at most {MaxLength} characters.");
        foreach (var c in text.EnumerateRunes())
        {
            // Half a surrogate pair is read as the replacement character.
            if (Rune.IsControl(c) || Rune.IsWhiteSpace(c) || c == Rune.ReplacementChar || c.Value == '\\')
                return Refuse("A URL may not hold blanks, control characters, broken characters or backslashes.");
        }

        if (SchemeLength(text, options) is not { } scheme)
            return Refuse(options.AllowHttp ? "The URL must start with https:// or http://." : "The URL must start with https://. Plain HTTP takes the server's setting Gatepost__Egress__AllowHttp.");
        var authority = text[scheme..(text.AsSpan(scheme).IndexOfAny('/', '?', '#') is var end and >= 0 ? scheme + end : text.Length)];
        if (authority.Contains('@', StringComparison.Ordinal))
            return Refuse("A URL may not hold a user name or password; use a custom header.");
        if (authority.Length == 0 || authority.Contains('%', StringComparison.Ordinal))
            return Refuse("The URL needs a host name without percent signs.");
        return SplitPort(authority) is not { } parts ? Refuse("The port must be a number from 1 to 65535.") : Build(text, parts.Host, options);
    }

    private static TargetUrl Build(string text, string host, EgressOptions options)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
            return Refuse("This is not a valid URL.");
        string idn;
        try
        {
            idn = uri.IdnHost.ToLowerInvariant();
        }
        catch (UriFormatException)
        {
            return Refuse("The host name is not valid.");
        }

        if (uri.HostNameType is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6))
            return Refuse("The host name is not valid.");
        if (host.StartsWith('['))
            return WithHost(uri, IPAddress.TryParse(host[1..^1], out var six) ? six.ToString() : null, isAddress: true);
        return Names(uri, host, idn.TrimEnd('.') == idn ? idn : idn[..^1], options);
    }

    private static TargetUrl Names(Uri uri, string host, string idn, EgressOptions options)
    {
        // Only the plain dotted form: 127.1, 0177.0.0.1 and 2130706433 mean an address to some and a name to others.
        if (IPAddress.TryParse(idn, out var address) || HostNames.LooksNumeric(idn))
        {
            return address is not null && address.ToString() == host && uri.HostNameType == UriHostNameType.IPv4
                ? WithHost(uri, host, isAddress: true)
                : Refuse("Write an address as four plain decimal numbers.");
        }

        if (!HostNames.IsWellFormed(idn))
            return Refuse("The host name is not valid.");
        if (host.Any(c => c > 127) && !idn.Split('.').Any(l => l.StartsWith("xn--", StringComparison.Ordinal)))
            return Refuse("The host name hides an ASCII name behind look-alike characters.");
        if (ToUnicode(idn) is not { } unicode)
            return Refuse("The host name has invalid punycode.");
        // Digits of other scripts: not an address to this resolver, but to some other.
        if (HostNames.LooksNumeric(unicode))
            return Refuse("Write an address as four plain decimal numbers.");
        if (!options.AllowedHosts.Any(p => HostNames.Matches(p, idn)) && HostNames.WhyInternal(idn) is { } why)
            return Refuse($"{why} The server's setting Gatepost__Egress__AllowedHosts lets a name through.");
        return WithHost(uri, idn, isAddress: false);
    }

    /// <returns>The name as people read it; null when its punycode does not stand for exactly that.</returns>
    private static string? ToUnicode(string idn)
    {
        if (!idn.Contains("xn--", StringComparison.Ordinal))
            return idn;
        try
        {
            var unicode = Idn.GetUnicode(idn);
            return Idn.GetAscii(unicode).Equals(idn, StringComparison.OrdinalIgnoreCase) ? unicode : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static TargetUrl WithHost(Uri uri, string? host, bool isAddress)
    {
        if (host is null)
            return Refuse("The host address is not valid.");
        var shown = isAddress && host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        var port = uri.IsDefaultPort ? "" : $":{uri.Port}";
        if (!Uri.TryCreate($"{uri.Scheme}://{shown}{port}{uri.PathAndQuery}", UriKind.Absolute, out var url) || url.Port is <= 0 or > 65535)
            return Refuse("This is not a valid URL.");
        // What is stored and shown must be accepted again.
        return url.AbsoluteUri.Length <= MaxLength ? new TargetUrl(url, null) : Refuse($"A URL may have at most {MaxLength} characters once percent-encoded.");
    }

    private static (string Host, string Port)? SplitPort(string authority)
    {
        var close = authority.StartsWith('[') ? authority.IndexOf(']', StringComparison.Ordinal) : -1;
        var colon = authority.IndexOf(':', close + 1);
        if (close >= 0 && colon < 0 && close != authority.Length - 1)
            return null;
        if (close >= 0 && colon >= 0 && colon != close + 1)
            return null;
        if (colon < 0)
            return authority.StartsWith('[') && close < 0 ? null : (authority, "");
        var port = authority[(colon + 1)..];
        return port.Length is > 0 and <= 5 && port.All(char.IsAsciiDigit)
            && int.Parse(port, CultureInfo.InvariantCulture) is > 0 and <= 65535 && colon > 0
            ? (authority[..colon], port)
            : null;
    }

    private static int? SchemeLength(string text, EgressOptions options)
    {
        if (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return 8;
        return options.AllowHttp && text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7 : null;
    }

    private static TargetUrl Refuse(string reason) => new(null, reason);
}
