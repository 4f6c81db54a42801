using System.Text.Json;
using Gatepost.Events;
using Gatepost.Server.Auth;

namespace Gatepost.Server.Api;

/// <summary>The catalog of event types: the same for every organization.</summary>
internal static class EventTypesApi
{
    public static void MapEventTypes(this IEndpointRouteBuilder api) => api.MapGet("/event-types", List)
        .WithTags("Events").WithScope(RouteScope.Any).WithName("listEventTypes").WithSummary("Every event type with its schema and an example")
        .Answers<PageView<EventTypeView>>();

    private static IResult List() => Results.Json(
        new PageView<EventTypeView>([.. EventCatalog.All.Where(d => d.Type != EventType.WebhookTest).Select(EventTypeView.Of)], null), ApiJson.Options);
}

/// <param name="Name">The dotted name.</param>
/// <param name="Scope">Which webhooks get it: ticket or survey.</param>
/// <param name="Schema">JSON Schema 2020-12 of <c>data</c>.</param>
/// <param name="Example">A whole request body.</param>
internal sealed record EventTypeView(string Name, string Scope, string Description, JsonElement Schema, JsonElement Example)
{
    public static EventTypeView Of(EventDefinition d) => new(d.Name, d.Type.IsOfTickets() ? "ticket" : "survey", d.Description, d.DataSchema, d.EnvelopeExample);
}
