using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatepost.Bench.Peers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatepost.Peers;

/// <summary>Takes what Gatepost's <c>POST /v1/events</c> takes, as a team would write it around a queue.</summary>
internal sealed class EventsApi(IPeer peer, PeerSetup setup)
{
    private const string Bearer = "Bearer ";

    public static async Task<WebApplication> StartAsync(IPeer peer, PeerSetup setup)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.MapPost("/v1/events", new EventsApi(peer, setup).PublishAsync);
        await app.StartAsync();
        return app;
    }

    private async Task<IResult> PublishAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!IsAllowed(request.Headers.Authorization.ToString()))
            return Results.Unauthorized();
        if (await ReadAsync(request, cancellation) is not { } submission)
            return Results.BadRequest();
        var id = submission.EventId ?? Guid.CreateVersion7();
        await peer.EnqueueAsync(new WebhookDelivery(Guid.CreateVersion7(), setup.Url, EventEnvelope.Render(submission, id)));
        return Results.Json(new Published(id, Deliveries: 1), statusCode: StatusCodes.Status202Accepted);
    }

    private bool IsAllowed(string authorization) =>
        authorization.StartsWith(Bearer, StringComparison.Ordinal)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Bearer.Length..])), setup.KeyHash);

    private static async ValueTask<EventSubmission?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            return await request.ReadFromJsonAsync<EventSubmission>(cancellation) is { EventType: not null, Data.ValueKind: JsonValueKind.Object } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Published(Guid EventId, int Deliveries);
}
