using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatepost.Testing;

/// <summary>A request that a receiver took.</summary>
internal sealed record Received(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public Guid DeliveryId => Guid.Parse(Headers["X-Webhook-Delivery"]);
}

/// <summary>A well-behaved web server on loopback that answers as it is told and remembers what came.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Received> requests = new();
    private readonly SemaphoreSlim arrived = new(0);

    private Receiver(WebApplication app) => this.app = app;

    /// <summary>What the next answer's status is; 200 at first.</summary>
    public int Status { get; set; } = 200;

    /// <summary>While it is set, answers wait for it.</summary>
    public Task? AnswerAfter { get; set; }

    /// <summary>Headers of the answers.</summary>
    public Dictionary<string, string> AnswerHeaders { get; } = [];

    public Uri Url { get; private set; } = null!;

    public IReadOnlyList<Received> Requests => [.. requests];

    public static async Task<Receiver> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        var receiver = new Receiver(builder.Build());
        receiver.app.Run(receiver.TakeAsync);
        await receiver.app.StartAsync();
        var address = receiver.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        receiver.Url = new Uri(new Uri(address), "/hook");
        return receiver;
    }

    /// <summary>Waits until so many requests have come in all.</summary>
    public async Task<IReadOnlyList<Received>> WaitForAsync(int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (requests.Count < count)
            await arrived.WaitAsync(patience.Token);
        return Requests;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        arrived.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        context.Response.StatusCode = Status;
        foreach (var (name, value) in AnswerHeaders)
            context.Response.Headers[name] = value;
        requests.Enqueue(new Received(context.Request.Method, context.Request.Path, headers, body.ToArray()));
        arrived.Release();
        if (AnswerAfter is { } wait)
            await wait.WaitAsync(context.RequestAborted);
    }
}
