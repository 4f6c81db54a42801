using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Bench;

/// <summary>
/// The most that .NET's HTTP stack sends: the same body, signed for each request, 64 in flight on kept-alive connections, with no
/// store, no queue and no ingest. Runs in a process of its own, as the server does.
/// </summary>
internal sealed class CeilingSender : IDisposable
{
    private const int InFlight = 64;
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly ProductInfoHeaderValue Agent = new("Gatepost", "0.0.0");

    private readonly HttpMessageInvoker invoker;
    private int sent;
    private int answered;

    public CeilingSender(string trustedPem)
    {
        var trusted = X509CertificateLoader.LoadCertificateFromFile(trustedPem);
        invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { trusted },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
    }

    /// <summary>The child's whole life: one order per line of standard input, one answer per line of output.</summary>
    public static async Task<int> ServeAsync(string trustedPem)
    {
        using var sender = new CeilingSender(trustedPem);
        while (await Console.In.ReadLineAsync() is { } line)
            Console.WriteLine(await sender.SendAsync(CeilingOrder.Parse(line)));
        return 0;
    }

    public void Dispose() => invoker.Dispose();

    private async Task<string> SendAsync(CeilingOrder order)
    {
        (sent, answered) = (0, 0);
        var body = await File.ReadAllBytesAsync(order.BodyPath);
        var start = Stopwatch.GetTimestamp();
        var until = start + (long)(order.Seconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(() => LoopAsync(order, [.. body], until))));
        return FormattableString.Invariant($"{answered} {Stopwatch.GetElapsedTime(start).TotalSeconds:r}");
    }

    private async Task LoopAsync(CeilingOrder order, byte[] body, long until)
    {
        var id = EventId.Find(body);
        var answer = new byte[4_096];
        while (Stopwatch.GetTimestamp() < until)
        {
            EventId.Write(body.AsSpan(id), order.Tag, Interlocked.Increment(ref sent) - 1);
            using var request = Build(order.Url, body);
            using var response = await invoker.SendAsync(request, CancellationToken.None);
            using var stream = await response.Content.ReadAsStreamAsync();
            await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false);
            if (response.StatusCode == HttpStatusCode.OK)
                Interlocked.Increment(ref answered);
        }
    }

    private static HttpRequestMessage Build(Uri url, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = Json;
        var headers = request.Headers;
        headers.UserAgent.Add(Agent);
        headers.TryAddWithoutValidation("X-Webhook-Event", "ticket.created");
        headers.TryAddWithoutValidation("X-Webhook-Delivery", Guid.CreateVersion7().ToString("D"));
        headers.TryAddWithoutValidation("X-Webhook-Signature", Receiver.Sign(body));
        return request;
    }
}
