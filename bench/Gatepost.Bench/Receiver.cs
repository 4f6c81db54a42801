using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gatepost.Bench.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatepost.Bench;

/// <summary>The customers' side: a bare Kestrel on all of 127/8 that answers 200 and enters every request in its ledger.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    public const string Secret = "a-secret-of-the-benchmark-receiver";
    private const int VerifyEvery = 16;
    private static readonly byte[] SecretBytes = Encoding.UTF8.GetBytes(Secret);

    private readonly WebApplication app;
    private readonly Ledger?[] ledgers = new Ledger?[4_096];
    private int lastTag;
    private int requests;
    private int badSignatures;
    private int inFlight;
    private int maxInFlight;

    private Receiver(WebApplication app) => this.app = app;

    public required int Port { get; init; }

    public required int TlsPort { get; init; }

    /// <summary>Webhooks that get no answer while this is set; what waits is answered when it is opened.</summary>
    public HangingGate Gate { get; } = new();

    /// <summary>Time between the receipt and the answer.</summary>
    public TimeSpan AnswerAfter { get; set; }

    /// <summary>At most so much longer, at random.</summary>
    public TimeSpan AnswerJitter { get; set; }

    /// <summary>Looks at every request of a known event, while it is set.</summary>
    public AttemptWatch? Watch { get; set; }

    /// <summary>Of the requests looked at, one in sixteen.</summary>
    public int BadSignatures => badSignatures;

    /// <summary>The most requests that were open at once since <see cref="ResetInFlight"/>.</summary>
    public int MaxInFlight => maxInFlight;

    /// <summary>The first body that came in: what the ceiling sends too.</summary>
    public byte[]? Sample { get; private set; }

    public static async Task<Receiver> StartAsync(X509Certificate2 certificate)
    {
        var ports = FreePorts.Take(2);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Any, ports[0], o => o.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Any, ports[1], o =>
            {
                o.Protocols = HttpProtocols.Http1;
                o.UseHttps(certificate);
            });
        });
        var receiver = new Receiver(builder.Build()) { Port = ports[0], TlsPort = ports[1] };
        receiver.app.Run(receiver.ReceiveAsync);
        await receiver.app.StartAsync();
        return receiver;
    }

    public Ledger Open(int webhooks, int firstWebhook = 0)
    {
        var ledger = new Ledger(++lastTag & 0xFFF, webhooks, firstWebhook);
        ledgers[ledger.Tag] = ledger;
        return ledger;
    }

    /// <summary>Its late requests are no longer counted, and its memory is free.</summary>
    public void Close(Ledger ledger) => ledgers[ledger.Tag] = null;

    public string Url(int webhook, bool tls = false, string host = "127.0.0.1") =>
        tls ? $"https://{host}:{TlsPort}/w/{webhook}" : $"http://{host}:{Port}/w/{webhook}";

    public void ResetInFlight() => maxInFlight = inFlight;

    public async ValueTask DisposeAsync()
    {
        Gate.Open();
        await app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        var now = Interlocked.Increment(ref inFlight);
        for (var max = maxInFlight; now > max && Interlocked.CompareExchange(ref maxInFlight, now, max) != max;)
            max = maxInFlight;
        try
        {
            await AnswerAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref inFlight);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        var read = await reader.ReadAsync();
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync();
        }

        var webhook = int.TryParse(context.Request.Path.Value.AsSpan(3), out var index) ? index : 0;
        var (ledger, number) = Identify(context.Request, read.Buffer);
        reader.AdvanceTo(read.Buffer.End);
        if (Gate.Holds(webhook) && !await Gate.WaitAsync(context.RequestAborted))
            return;
        // A request that was given up while it hung was not received: it will come again.
        var watch = ledger is null ? null : Watch;
        var delivery = Delivery(context.Request);
        var now = Stopwatch.GetTimestamp();
        watch?.Begin(context.Request.QueryString.Value!, number, delivery, now);
        ledger?.Receive(number, webhook, Shorten(delivery), now);
        await PauseAsync();
        watch?.End(delivery);
        context.Response.ContentLength = 0;
    }

    private async ValueTask PauseAsync()
    {
        if (AnswerAfter > TimeSpan.Zero)
            await Task.Delay(AnswerAfter + (AnswerJitter * Random.Shared.NextDouble()));
    }

    private (Ledger? Ledger, int Number) Identify(HttpRequest request, ReadOnlySequence<byte> sequence)
    {
        var body = sequence.IsSingleSegment ? sequence.FirstSpan : sequence.ToArray();
        Sample ??= body.ToArray();
        if ((Interlocked.Increment(ref requests) & (VerifyEvery - 1)) == 0 && !IsSigned(request, body))
            Interlocked.Increment(ref badSignatures);
        return EventId.Find(body) is >= 0 and var at && EventId.TryRead(body[at..], out var tag, out var number)
            ? (ledgers[tag], number)
            : (null, 0);
    }

    private static bool IsSigned(HttpRequest request, ReadOnlySpan<byte> body) =>
        request.Headers["X-Webhook-Signature"].ToString() == Sign(body);

    public static string Sign(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(SecretBytes, body, hash);
        return "sha256=" + Convert.ToHexStringLower(hash);
    }

    private static Guid Delivery(HttpRequest request) =>
        Guid.TryParse(request.Headers["X-Webhook-Delivery"].ToString(), out var id) ? id : Guid.Empty;

    private static ulong Shorten(Guid id) => (ulong)(id.GetHashCode() * 31L) ^ BitConverter.ToUInt64(id.ToByteArray(), 8);
}
