using System.Reflection;
using Gatepost.Deliveries;
using Microsoft.AspNetCore.Http.Metadata;

namespace Gatepost.Server.Api;

/// <summary>The filters of the delivery log.</summary>
internal sealed class DeliveryQuery(DeliveryFilter filter) : IBindableFromHttpContext<DeliveryQuery>, IEndpointParameterMetadataProvider
{
    public DeliveryFilter Filter { get; } = filter;

    public static ValueTask<DeliveryQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = new QueryReader(context);
        var filter = new DeliveryFilter
        {
            WebhookId = query.Id("webhookId"),
            EventId = query.Id("eventId"),
            EventTypes = query.Read("eventType", DeliveryFilter.ParseTypes, "unknown_event_type", "eventType must be a type of GET /v1/event-types, or a pattern such as ticket.*."),
            Status = query.Read<DeliveryStatus?>("status", DeliveryStatuses.Parse, "unknown_status", "status must be pending, sending, succeeded, failed, skipped or canceled."),
            ResponseStatus = query.Read("responseStatus", DeliveryFilter.ParseResponseStatus, "invalid_response_status", "responseStatus must be like 500 or 5xx."),
            Since = query.Time("since"),
            Until = query.Time("until"),
        };
        return ValueTask.FromResult<DeliveryQuery?>(new DeliveryQuery(filter));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Takes(
        new("webhookId", QueryParameterType.Id, "Of this webhook."),
        new("eventId", QueryParameterType.Id, "Of this event."),
        QueryParameter.EventType,
        new("status", QueryParameterType.Text, "In this state.") { OneOf = [.. Enum.GetValues<DeliveryStatus>().Select(DeliveryStatuses.Name)] },
        new("responseStatus", QueryParameterType.Text, "Whose last response had this HTTP status: 500, or 5xx for all of them.") { Pattern = "^[1-9]([0-9]{2}|[xX]{2})$" },
        new("since", QueryParameterType.Instant, "Made at or after."),
        new("until", QueryParameterType.Instant, "Made before."));
}
