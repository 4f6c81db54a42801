using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatepost.Bench;

/// <summary>One kept-alive HTTP/1.1 connection that sends prepared bytes. Knows no more than our own server's answers need.</summary>
internal sealed class HttpConnection(IPEndPoint server) : IDisposable
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();
    private byte[] buffer = new byte[4_096];
    private Socket? socket;
    private int filled;

    /// <summary>Of the last answer, for complaints.</summary>
    public string LastBody { get; private set; } = "";

    /// <returns>The status.</returns>
    /// <exception cref="SocketException">No connection, or it broke: whether the request was carried out is unknown.</exception>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        try
        {
            socket ??= await ConnectAsync(cancellation);
            for (var rest = request; rest.Length > 0;)
                rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellation)..];
            return await ReadAsync(cancellation);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        var made = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await made.ConnectAsync(server, cancellation);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    private async ValueTask<int> ReadAsync(CancellationToken cancellation)
    {
        filled = 0;
        int head;
        while ((head = buffer.AsSpan(0, filled).IndexOf(HeadEnd)) < 0)
            await FillAsync(cancellation);
        var status = (buffer[9] - '0') * 100 + (buffer[10] - '0') * 10 + (buffer[11] - '0');
        var end = HeaderValue(head, "Content-Length: "u8) is { } length ? head + 4 + length : -1;
        while (end < 0 ? !EndsChunked(head) : filled < end)
            await FillAsync(cancellation);
        if (status >= 300)
            LastBody = Encoding.UTF8.GetString(buffer, head + 4, filled - head - 4);
        return status;
    }

    private async ValueTask FillAsync(CancellationToken cancellation)
    {
        if (filled == buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
        var read = await socket!.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None, cancellation);
        filled += read > 0 ? read : throw new SocketException((int)SocketError.ConnectionReset);
    }

    private int? HeaderValue(int head, ReadOnlySpan<byte> name)
    {
        var text = buffer.AsSpan(0, head);
        if (text.IndexOf(name) is not (>= 0 and var at))
            return null;
        var value = text[(at + name.Length)..];
        var line = value.IndexOf((byte)'\r');
        return int.Parse(line < 0 ? value : value[..line], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    // One request is under way at a time, so what ends in the last chunk is the whole answer.
    private bool EndsChunked(int head) =>
        filled - head - 4 >= 5 && buffer.AsSpan(0, filled).EndsWith("0\r\n\r\n"u8);
}
