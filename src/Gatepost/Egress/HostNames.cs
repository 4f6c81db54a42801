using System.Collections.Frozen;
using System.Text;

namespace Gatepost.Egress;

/// <summary>Names that are internal by convention or registry, checked on the IDN form without its trailing dot.</summary>
internal static class HostNames
{
    // RFC 6761, 6762, 8375, 9476 and what clusters, clouds and routers use.
    private static readonly FrozenSet<string> InternalSuffixes = FrozenSet.Create(
        StringComparer.Ordinal,
        "localhost", "local", "internal", "svc", "home.arpa", "lan", "corp", "intranet", "private", "home", "consul", "test", "invalid", "onion",
        "example", "arpa", "localdomain", "alt", "cluster");

    private static readonly FrozenSet<string> InternalNames = FrozenSet.Create(
        StringComparer.Ordinal, "metadata.tencentyun.com", "metadata.google.internal", "metadata", "instance-data", "ip6-localhost", "ip6-loopback");

    /// <returns>Why the name is internal, or null.</returns>
    public static string? WhyInternal(string host)
    {
        if (InternalNames.Contains(host))
            return $"'{host}' is an internal name.";
        if (!host.Contains('.', StringComparison.Ordinal))
            return $"'{host}' is a single label, which only an internal network resolves.";
        for (var rest = host.AsSpan(); ;)
        {
            if (InternalSuffixes.GetAlternateLookup<ReadOnlySpan<char>>().Contains(rest))
                return $"Names under '.{rest}' are internal.";
            var dot = rest.IndexOf('.');
            if (dot < 0)
                return null;
            rest = rest[(dot + 1)..];
        }
    }

    /// <summary>Exact, or <c>*.suffix</c> for the names below the suffix.</summary>
    public static bool Matches(string pattern, string host) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);

    /// <summary>RFC 1035 2.3.4 sizes, letters, digits, hyphens and (as deployed) underscores.</summary>
    public static bool IsWellFormed(string host) =>
        host.Length is > 0 and <= 253 && host.Split('.').All(label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-'
            && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    /// <summary>Resolvers read such names as numbers (inet_aton): 127.0.0.08, 1.2.3, 0x7f.1. Digits of any script count.</summary>
    public static bool LooksNumeric(string host)
    {
        var last = host[(host.LastIndexOf('.') + 1)..];
        return last.Length > 0 && (last.EnumerateRunes().All(Rune.IsDigit)
            || (last.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && last[2..].All(char.IsAsciiHexDigit)));
    }
}
