using Gatepost.Server.Auth;
using Gatepost.Storage;

namespace Gatepost.Server.Api;

/// <summary>The delivery log, and what a person may ask of one delivery.</summary>
internal static class DeliveriesApi
{
    public static void MapDeliveries(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/deliveries").WithTags("Deliveries").WithScope(RouteScope.Organization);
        group.MapGet("/", ListAsync).WithName("listDeliveries").WithSummary("The delivery log, newest first, filtered").AnswersPage<DeliveryView>();
        group.MapGet("/{id:guid}", FindAsync).WithName("getDelivery").WithSummary("One delivery with its exact body and every attempt").Answers<DeliveryDetailView>();
        group.MapPost("/{id:guid}/redeliver", RedeliverAsync).WithName("redeliver").WithSummary("One manual attempt now, same id and bytes")
            .Idempotent().Answers<DeliveryView>(202);
        group.MapPost("/{id:guid}/cancel", CancelAsync).WithName("cancelDelivery").WithSummary("Stop further attempts").Idempotent().Answers<DeliveryView>();
    }

    private static async Task<IResult> ListAsync(PageQuery page, DeliveryQuery query, Caller caller, IDeliveryStore store, CancellationToken cancellation) =>
        Results.Json(PageQuery.View(await store.ListAsync(caller.Organization, query.Filter, page.Request, cancellation), DeliveryView.Of), ApiJson.Options);

    private static async Task<IResult> FindAsync(Guid id, Caller caller, IDeliveryStore store, CancellationToken cancellation) =>
        await store.FindAsync(caller.Organization, id, cancellation) is { } found
            ? Results.Json(DeliveryDetailView.Of(found), ApiJson.Options)
            : Problem.NotFound("delivery").ToResult();

    private static async Task<IResult> RedeliverAsync(Guid id, Caller caller, IDeliveryStore store, CancellationToken cancellation) =>
        (await store.RedeliverAsync(caller.Organization, id, cancellation)).ToResult(DeliveryView.Of, StatusCodes.Status202Accepted);

    private static async Task<IResult> CancelAsync(Guid id, Caller caller, IDeliveryStore store, CancellationToken cancellation) =>
        (await store.CancelAsync(caller.Organization, id, cancellation)).ToResult(DeliveryView.Of);
}
