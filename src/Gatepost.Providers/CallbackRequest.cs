using System.Net;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Providers;

/// <summary>One request of a provider, as it arrived: nothing is decoded before it is verified.</summary>
public sealed record CallbackRequest
{
    /// <summary>Upper case.</summary>
    public required string Method { get; init; }

    /// <summary>The public URL exactly as the provider was given it, with the query exactly as it arrived. Never derived from a forged <c>Host</c>.</summary>
    public required string Url { get; init; }

    /// <summary>The part after the token, such as <c>twilio/sms</c>.</summary>
    public required string Route { get; init; }

    /// <summary>Names are case-insensitive.</summary>
    public required IReadOnlyDictionary<string, StringValues> Headers { get; init; }

    /// <summary>The raw bytes.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Who connected, behind known proxies; null where that is unknown.</summary>
    public IPAddress? RemoteAddress { get; init; }

    /// <returns>The header's one value; null when it is absent or given more than once.</returns>
    public string? Header(string name) => Headers.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null;

    /// <summary>The media type in lower case, without parameters; empty when there is none.</summary>
    public string MediaType => (Header("Content-Type") ?? "").Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>The URL's query without its question mark, as it arrived.</summary>
    public string RawQuery => Url.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? Url[(at + 1)..].Split('#')[0] : "";
}
