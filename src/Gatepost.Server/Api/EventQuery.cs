using System.Reflection;
using Gatepost.Deliveries;
using Gatepost.Events;
using Microsoft.AspNetCore.Http.Metadata;

namespace Gatepost.Server.Api;

/// <summary>The filters of the log of events.</summary>
internal sealed class EventQuery(EventFilter filter) : IBindableFromHttpContext<EventQuery>, IEndpointParameterMetadataProvider
{
    public EventFilter Filter { get; } = filter;

    public static ValueTask<EventQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = new QueryReader(context);
        var filter = new EventFilter(
            query.Read("eventType", DeliveryFilter.ParseTypes, "unknown_event_type", "eventType must be a type of GET /v1/event-types, or a pattern such as ticket.*."),
            query.Time("since"),
            query.Time("until"));
        return ValueTask.FromResult<EventQuery?>(new EventQuery(filter));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Takes(
        QueryParameter.EventType,
        new("since", QueryParameterType.Instant, "Taken at or after."),
        new("until", QueryParameterType.Instant, "Taken before."));
}
