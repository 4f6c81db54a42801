using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Bench;

/// <summary>
/// The most that .NET's HTTP stack sends to this receiver at this moment: the same body, signed for each request, 64 in flight
/// on kept-alive connections, with no store, no queue and no ingest.
/// </summary>
internal sealed class Ceiling : IDisposable
{
    private const int InFlight = 64;
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly ProductInfoHeaderValue Agent = new("Gatepost", "0.0.0");

    private readonly Receiver receiver;
    private readonly HttpMessageInvoker invoker;

    public Ceiling(Receiver receiver, X509Certificate2 certificate)
    {
        this.receiver = receiver;
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
                    CustomTrustStore = { certificate },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
    }

    /// <returns>Requests answered per second.</returns>
    public async Task<double> MeasureAsync(bool tls, TimeSpan duration, CancellationToken cancellation)
    {
        var ledger = receiver.Open(1);
        var uri = new Uri(receiver.Url(0, tls));
        var body = receiver.Sample ?? EventTemplate.Envelope();
        var start = Stopwatch.GetTimestamp();
        var until = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(() => LoopAsync(ledger, uri, [.. body], until, cancellation), cancellation)));
        var rate = ledger.Acked / Stopwatch.GetElapsedTime(start).TotalSeconds;
        receiver.Close(ledger);
        return ledger.Missing() == 0 ? rate : throw new InvalidOperationException("The receiver missed requests of the ceiling.");
    }

    public void Dispose() => invoker.Dispose();

    private async Task LoopAsync(Ledger ledger, Uri uri, byte[] body, long until, CancellationToken cancellation)
    {
        var id = EventId.Find(body);
        var answer = new byte[4_096];
        for (long now; (now = Stopwatch.GetTimestamp()) < until;)
        {
            var number = ledger.Publish(now);
            EventId.Write(body.AsSpan(id), ledger.Tag, number);
            using var request = Build(uri, body);
            using var response = await invoker.SendAsync(request, cancellation);
            using var stream = await response.Content.ReadAsStreamAsync(cancellation);
            await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancellation);
            if (response.StatusCode == HttpStatusCode.OK)
                ledger.Ack(number, Stopwatch.GetTimestamp());
        }
    }

    private static HttpRequestMessage Build(Uri uri, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = Json;
        var headers = request.Headers;
        headers.UserAgent.Add(Agent);
        headers.TryAddWithoutValidation("X-Webhook-Event", "ticket.created");
        headers.TryAddWithoutValidation("X-Webhook-Delivery", Guid.CreateVersion7().ToString("D"));
        headers.TryAddWithoutValidation("X-Webhook-Signature", Receiver.Sign(body));
        return request;
    }
}
