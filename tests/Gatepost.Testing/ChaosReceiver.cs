using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Gatepost.Testing;

/// <summary>
/// A receiver on loopback that misbehaves to order. It speaks raw TCP, or TLS where it is given a certificate, so that nothing
/// between the test and the wire is polite. Counts what reached it and keeps every request as it came.
/// </summary>
internal sealed class ChaosReceiver : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<Task> open = [];
    private readonly ConcurrentQueue<ReceivedRequest> requests = [];
    private readonly Func<ChaosConnection, Task> behaviour;
    private readonly TestCertificate? certificate;
    private readonly Task accepting;
    private readonly TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int connections;
    private long sent;

    private ChaosReceiver(Func<ChaosConnection, Task> behaviour, TestCertificate? certificate)
    {
        (this.behaviour, this.certificate) = (behaviour, certificate);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>TCP connections that were accepted, whatever came of them.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Requests that arrived whole, in order of arrival.</summary>
    public IReadOnlyCollection<ReceivedRequest> Requests => requests;

    /// <summary>Bytes that were written without error.</summary>
    public long BytesSent => Volatile.Read(ref sent);

    /// <summary>Done when the behaviour has come to the point where it hangs or drips.</summary>
    public TaskCompletionSource Stuck { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when the first connection has come to its end.</summary>
    public Task Idle => idle.Task;

    public Uri Url => new($"{(certificate is null ? "http" : "https")}://localhost:{Port}/hook");

    public static ChaosReceiver Start(Func<ChaosConnection, Task> behaviour, TestCertificate? certificate = null) => new(behaviour, certificate);

    /// <summary>Answers every request of every connection alike and keeps the connection.</summary>
    /// <param name="headers">Whole lines, each with its CRLF.</param>
    public static ChaosReceiver Answering(int status = 204, string body = "", string headers = "", TestCertificate? certificate = null) => Start(
        async c =>
        {
            while (await c.ReadRequestAsync())
                await c.WriteAsync(Answer(status, body, headers));
        },
        certificate);

    public static ChaosReceiver RedirectingTo(Uri target, int status) => Answering(status, headers: $"Location: {target}\r\n");

    public static ChaosReceiver NeverAnswering(TestCertificate? certificate = null) => Start(async c => { await c.ReadRequestAsync(); await c.HangAsync(); }, certificate);

    /// <summary>Takes the first byte and says nothing, not even in TLS.</summary>
    public static ChaosReceiver NeverSpeaking() => Start(async c => { await c.ReadByteAsync(); await c.HangAsync(); });

    /// <summary>Headers, then a byte of the body now and then, for ever.</summary>
    public static ChaosReceiver DrippingBody(TimeSpan? every = null) => Dripping("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x", every);

    /// <summary>A header line now and then, for ever.</summary>
    public static ChaosReceiver DrippingHeaders(TimeSpan? every = null) => Dripping("HTTP/1.1 200 OK\r\n", "a: b\r\n", every);

    public static ChaosReceiver SendingHugeBody(long bytes = 1L << 30) => Start(async c =>
    {
        await c.ReadRequestAsync();
        await c.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n");
        var block = new string('x', 64 * 1024);
        for (var left = bytes; left > 0; left -= block.Length)
            await c.WriteAsync(block);
    });

    public static ChaosReceiver SendingHugeHeaders(int kibibytes = 64) => Start(async c =>
    {
        await c.ReadRequestAsync();
        await c.WriteAsync("HTTP/1.1 200 OK\r\n");
        for (var i = 0; i < kibibytes; i++)
            await c.WriteAsync($"X-{i}: {new string('x', 1024)}\r\n");
        await c.WriteAsync("\r\n");
    });

    public static ChaosReceiver SendingEndlessInterimResponses() => Start(async c =>
    {
        await c.ReadRequestAsync();
        while (true)
            await c.WriteAsync("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    });

    /// <summary>Promises more of a body than it sends, then closes.</summary>
    public static ChaosReceiver ClosingMidResponse() =>
        Start(async c => { await c.ReadRequestAsync(); await c.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"); });

    public static ChaosReceiver ClosingWithoutAnswer() => Start(c => c.ReadRequestAsync());

    public static ChaosReceiver Resetting() => Start(async c => { await c.ReadRequestAsync(); c.Reset(); });

    public static ChaosReceiver SpeakingGarbage() =>
        Start(async c => { await c.ReadRequestAsync(); await c.WriteAsync("SSH-2.0-OpenSSH_9.9\r\n\r\nnot the web\r\n\r\n"); });

    /// <summary>Serves one request of a connection and keeps it open; of the next it reads all, then closes.</summary>
    public static ChaosReceiver ClosingOnTheSecondRequest() => Start(async c =>
    {
        await c.ReadRequestAsync();
        await c.WriteAsync(Answer(204, "", ""));
        await c.ReadRequestAsync();
    });

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(open);
        stop.Dispose();
    }

    internal void Count(ReceivedRequest request) => requests.Enqueue(request);

    internal void CountSent(int bytes) => Interlocked.Add(ref sent, bytes);

    private static string Answer(int status, string body, string headers) =>
        $"HTTP/1.1 {status} Whatever\r\n{headers}" + (status == 204 ? "\r\n" : $"Content-Length: {body.Length}\r\n\r\n{body}");

    private static ChaosReceiver Dripping(string head, string drop, TimeSpan? every) => Start(async c =>
    {
        await c.ReadRequestAsync();
        await c.WriteAsync(head);
        await c.DripAsync(drop, every ?? TimeSpan.FromSeconds(1));
    });

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(stop.Token);
                Interlocked.Increment(ref connections);
                open.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopping.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var raw = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await behaviour(new ChaosConnection(this, socket, await SecureAsync(raw), stop.Token));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException
            or System.Security.Authentication.AuthenticationException)
        {
            // The other side left, or the test ended.
        }
        finally
        {
            idle.TrySetResult();
        }
    }

    private async Task<Stream> SecureAsync(Stream raw)
    {
        if (certificate is null)
            return raw;
        var secure = new SslStream(raw);
        using var loaded = certificate.Load();
        // Offline: else this side would fetch the issuer that the certificate names.
        var context = SslStreamCertificateContext.Create(loaded, null, offline: true);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context }, stop.Token);
        return secure;
    }
}
