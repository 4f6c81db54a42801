using System.Text;
using Gatepost.Callbacks;
using Gatepost.Providers;
using Gatepost.Server.Auth;
using Gatepost.Storage;

namespace Gatepost.Server.Api;

/// <summary>The inbox: what came in, verified or refused and why, what it became.</summary>
internal static class CallbacksApi
{
    public static void MapCallbacks(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/callbacks").WithTags("Callbacks").WithScope(RouteScope.Organization);
        group.MapGet("/", ListAsync).WithName("listCallbacks").WithSummary("The inbox, newest first, filtered").AnswersPage<CallbackView>();
        group.MapGet("/{id:guid}", FindAsync).WithName("getCallback").WithSummary("One callback with its raw request").Answers<CallbackDetailView>();
        group.MapPost("/{id:guid}/reprocess", (Guid id, Caller caller, ICallbackStore store, CancellationToken c) => AgainAsync(id, release: false, caller, store, c))
            .WithName("reprocessCallback").WithSummary("Process it again from the stored bytes").Idempotent().Answers<CallbackView>(202);
        group.MapPost("/{id:guid}/release", (Guid id, Caller caller, ICallbackStore store, CancellationToken c) => AgainAsync(id, release: true, caller, store, c))
            .WithName("releaseCallback").WithSummary("Let a quarantined message through").Idempotent().Answers<CallbackView>(202);
    }

    private static async Task<IResult> ListAsync(PageQuery page, CallbackQuery query, Caller caller, ICallbackStore store, CancellationToken cancellation) =>
        Results.Json(PageQuery.View(await store.ListAsync(caller.Organization, query.Filter, page.Request, cancellation), CallbackView.Of), ApiJson.Options);

    private static async Task<IResult> FindAsync(Guid id, Caller caller, ICallbackStore store, IProviderAccountStore accounts, CancellationToken cancellation)
    {
        if (await store.FindAsync(caller.Organization, id, cancellation) is not { } found)
            return Problem.NotFound("callback").ToResult();
        return Results.Json(CallbackDetailView.Of(found, Read(found), await SecretHeadersAsync(found, caller, accounts, cancellation)), ApiJson.Options);
    }

    /// <summary>Headers that the account's owner chose to carry a secret; all of them when that cannot be known.</summary>
    private static async Task<IReadOnlyList<string>> SecretHeadersAsync(
        CallbackDetail detail, Caller caller, IProviderAccountStore accounts, CancellationToken cancellation)
    {
        var account = await accounts.FindAsync(caller.Organization, detail.Callback.AccountId, cancellation);
        return account is { Credentials: null }
            ? [.. detail.Headers.Select(header => header.Key)]
            : [.. account?.Credentials.Credentials.Headers.Select(header => header.Name) ?? []];
    }

    // Read anew from the stored bytes: what the present version makes of them.
    private static IReadOnlyList<CallbackEvent> Read(CallbackDetail detail)
    {
        var c = detail.Callback;
        if (c.Status == CallbackStatus.Refused || detail.ToRequest() is not { } request || ProviderCatalog.Find(c.Provider, c.Route) is not { } provider)
            return [];
        try
        {
            return provider.Parse(request).Events;
        }
        catch (CallbackFormatException)
        {
            return [];
        }
    }

    private static async Task<IResult> AgainAsync(Guid id, bool release, Caller caller, ICallbackStore store, CancellationToken cancellation) =>
        (await store.ReprocessAsync(caller.Organization, id, release, cancellation)).ToResult(CallbackView.Of, StatusCodes.Status202Accepted);
}

/// <summary>What an event became.</summary>
/// <param name="Kind">status, waiting, ticket_created, message_added, quarantined, ignored, duplicate or preference.</param>
/// <param name="MessageId">Of a status: the registered message, /v1/messages. Of ticket_created and message_added: the message on the ticket, /v1/tickets/{id}/messages.</param>
/// <param name="TicketId">The ticket that was made or got a message.</param>
/// <param name="Detail">Why it is quarantined, waits or was ignored.</param>
internal sealed record CallbackEffectView(string Kind, Guid? MessageId, Guid? TicketId, string? Detail);

/// <summary>A callback as lists show it.</summary>
internal record CallbackView
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    public required string Provider { get; init; }

    public required string Route { get; init; }

    public required string Method { get; init; }

    /// <summary>received, processed, refused, unparsed, failed or quarantined.</summary>
    public required string Status { get; init; }

    /// <summary>The signature was the provider's.</summary>
    public bool Verified => Status != "refused";

    /// <summary>Why it was refused, is unparsed or failed.</summary>
    public string? Reason { get; init; }

    /// <summary>What its events became, in their order: at most the first 100 in a list, the first 1,000 of one callback.</summary>
    public required IReadOnlyList<CallbackEffectView> Effects { get; init; }

    /// <summary>How many effects there are in all.</summary>
    public required int EffectCount { get; init; }

    public required int BodyBytes { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public DateTimeOffset? ProcessedAt { get; init; }

    public static CallbackView Of(Callback c) => new()
    {
        Id = c.Id,
        AccountId = c.AccountId,
        Provider = c.Provider,
        Route = c.Route,
        Method = c.Method,
        Status = c.Status.Name(),
        Reason = c.Reason,
        Effects = ViewEffects(c),
        EffectCount = c.EffectCount,
        BodyBytes = c.BodyBytes,
        ReceivedAt = c.ReceivedAt,
        ProcessedAt = c.ProcessedAt,
    };

    protected static IReadOnlyList<CallbackEffectView> ViewEffects(Callback c) => [.. c.Effects.Select(e => new CallbackEffectView(e.Kind, e.MessageId, e.TicketId, e.Detail))];
}

/// <summary>A callback with its raw request. Headers that carry credentials are masked.</summary>
internal sealed record CallbackDetailView : CallbackView
{
    private static readonly string[] Secret = ["Authorization", "Cookie", "Proxy-Authorization"];

    public required string Url { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>Null once retention erased it; of refused requests the beginning.</summary>
    public string? Body { get; init; }

    /// <summary>utf-8, or base64 where the bytes are no UTF-8 text.</summary>
    public string? BodyEncoding { get; init; }

    public string? RemoteAddress { get; init; }

    /// <summary>What the request says, at most the first 1,000 events; empty when it was refused, is unparsed or was erased.</summary>
    public required IReadOnlyList<CallbackEventView> Events { get; init; }

    /// <summary>How many events there are in all.</summary>
    public required int EventCount { get; init; }

    /// <param name="secret">Headers that the account's owner chose to carry a secret.</param>
    public static CallbackDetailView Of(CallbackDetail detail, IReadOnlyList<CallbackEvent> events, IReadOnlyList<string> secret)
    {
        var c = detail.Callback;
        var (body, encoding) = detail.Body is { } bytes ? Text(bytes) : (null, null);
        return new CallbackDetailView
        {
            Id = c.Id,
            AccountId = c.AccountId,
            Provider = c.Provider,
            Route = c.Route,
            Method = c.Method,
            Status = c.Status.Name(),
            Reason = c.Reason,
            Effects = ViewEffects(c),
            EffectCount = c.EffectCount,
            BodyBytes = c.BodyBytes,
            ReceivedAt = c.ReceivedAt,
            ProcessedAt = c.ProcessedAt,
            Url = UrlPassword.Mask(detail.Url),
            Headers = detail.Headers.GroupBy(h => h.Key, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(
                    h => h.Key,
                    h => Secret.Concat(secret).Contains(h.Key, StringComparer.OrdinalIgnoreCase) ? "***" : string.Join(", ", h.Select(v => v.Value))),
            Body = body,
            BodyEncoding = encoding,
            RemoteAddress = detail.RemoteAddress,
            Events = [.. events.Take(Callback.ShownEffects).Select(CallbackEventView.Of)],
            EventCount = events.Count,
        };
    }

    private static (string Body, string Encoding) Text(byte[] bytes)
    {
        try
        {
            return (new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes), "utf-8");
        }
        catch (DecoderFallbackException)
        {
            return (Convert.ToBase64String(bytes), "base64");
        }
    }
}
