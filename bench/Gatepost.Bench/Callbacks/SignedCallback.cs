using System.Net;
using System.Text;
using Gatepost.Providers;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Bench.Callbacks;

/// <summary>One request as the provider would send it.</summary>
internal sealed record SignedCallback(string Url, string Route, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    /// <summary>The request on the wire.</summary>
    public byte[] ToBytes()
    {
        var url = new Uri(Url);
        var head = new StringBuilder($"POST {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\n");
        foreach (var (name, value) in Headers)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        return [.. Encoding.ASCII.GetBytes($"{head}Content-Length: {Body.Length}\r\n\r\n"), .. Body];
    }

    /// <summary>The request as a verifier sees it.</summary>
    public CallbackRequest ToRequest() => new()
    {
        Method = "POST",
        Url = Url,
        Route = Route,
        Headers = Headers.ToDictionary(h => h.Name, h => new StringValues(h.Value), StringComparer.OrdinalIgnoreCase),
        Body = Body,
        RemoteAddress = IPAddress.Loopback,
    };
}
