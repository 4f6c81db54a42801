using System.Net.Sockets;
using System.Text;

namespace Gatepost.Testing;

/// <summary>An answer as it came over the wire.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>Sends a request byte for byte: nothing is normalised on the way.</summary>
internal static class RawHttp
{
    public static async Task<RawAnswer> SendAsync(
        Uri server, string method, string target, IEnumerable<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: close\r\n");
        foreach (var (name, value) in headers.Where(h => !h.Key.Equals("Host", StringComparison.OrdinalIgnoreCase) && !h.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !h.Key.Equals("Connection", StringComparison.OrdinalIgnoreCase)))
            head.Append(null, $"{name}: {value}\r\n");
        if (body.Length > 0 || method is "POST" or "PUT")
            head.Append(null, $"Content-Length: {body.Length}\r\n");
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()));
        await stream.WriteAsync(body);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);
        return Parse(Encoding.UTF8.GetString(answer.ToArray()));
    }

    private static RawAnswer Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = text[..end].Split("\r\n");
        var headers = lines.Skip(1).Select(l => l.Split(':', 2)).ToDictionary(l => l[0], l => l[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var body = text[(end + 4)..];
        return new RawAnswer(int.Parse(lines[0].Split(' ')[1], null), headers, headers.ContainsKey("Transfer-Encoding") ? Dechunk(body) : body);
    }

    private static string Dechunk(string body)
    {
        var whole = new StringBuilder();
        for (var at = 0; ;)
        {
            var end = body.IndexOf("\r\n", at, StringComparison.Ordinal);
            var size = Convert.ToInt32(body[at..end], 16);
            if (size == 0)
                return whole.ToString();
            whole.Append(body, end + 2, size);
            at = end + 2 + size + 2;
        }
    }
}
