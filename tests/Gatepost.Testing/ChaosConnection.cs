using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gatepost.Testing;

/// <summary>A request as it came over the wire.</summary>
/// <param name="Head">Request line and header lines, as sent.</param>
internal sealed record ReceivedRequest(string Head, byte[] Body)
{
    /// <summary>Every value of a header, in order; names in any case.</summary>
    public IReadOnlyList<string> Header(string name) =>
        [.. Head.Split("\r\n").Skip(1).Where(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(l => l[(name.Length + 1)..].Trim())];
}

/// <summary>One accepted connection of a <see cref="ChaosReceiver"/>.</summary>
internal sealed class ChaosConnection(ChaosReceiver receiver, Socket socket, Stream stream, CancellationToken stop)
{
    /// <summary>Reads one request with its body.</summary>
    /// <returns>False when the other side closed instead.</returns>
    public async Task<bool> ReadRequestAsync()
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, stop) == 0)
                return false;
            head.Append((char)one[0]);
        }

        var request = new ReceivedRequest(head.ToString(), []);
        var body = new byte[request.Header("Content-Length") is [var length, ..] ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, stop);
        receiver.Count(request with { Body = body });
        return true;
    }

    public async Task ReadByteAsync() => await stream.ReadExactlyAsync(new byte[1], stop);

    public async Task WriteAsync(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        await stream.WriteAsync(bytes, stop);
        await stream.FlushAsync(stop);
        receiver.CountSent(bytes.Length);
    }

    /// <summary>Until the receiver is disposed or the other side leaves.</summary>
    public async Task DripAsync(string drop, TimeSpan every)
    {
        while (true)
        {
            await WriteAsync(drop);
            receiver.Stuck.TrySetResult();
            await Task.Delay(every, TimeProvider.System, stop);
        }
    }

    /// <summary>Until the receiver is disposed.</summary>
    public Task HangAsync()
    {
        receiver.Stuck.TrySetResult();
        return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
    }

    /// <summary>Closes with RST instead of FIN.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }
}
