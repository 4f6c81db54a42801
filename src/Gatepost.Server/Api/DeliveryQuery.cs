using System.Reflection;
using Gatepost.Deliveries;

namespace Gatepost.Server.Api;

/// <summary>The filters of the delivery log.</summary>
internal sealed class DeliveryQuery(DeliveryFilter filter) : IBindableFromHttpContext<DeliveryQuery>
{
    public DeliveryFilter Filter { get; } = filter;

    public static ValueTask<DeliveryQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = new QueryReader(context.Request.Query);
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
        query.ThrowIfFaulty();
        return ValueTask.FromResult<DeliveryQuery?>(new DeliveryQuery(filter));
    }
}
