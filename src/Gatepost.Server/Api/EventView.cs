using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatepost.Events;

namespace Gatepost.Server.Api;

/// <param name="Deliveries">How many deliveries the event has.</param>
internal sealed record PublishedView(Guid EventId, int Deliveries);

/// <param name="Events">In the order sent.</param>
internal sealed record PublishedBatchView(IReadOnlyList<PublishedView> Events);

/// <summary>What another system publishes.</summary>
/// <param name="EventId">Makes publishing safe to repeat: the same id makes nothing new.</param>
/// <param name="Timestamp">When it happened; now when absent.</param>
/// <param name="SurveyId">For survey events.</param>
/// <param name="Data">As the type's schema says.</param>
internal sealed record EventRequest(string EventType, Guid? EventId, DateTimeOffset? Timestamp, Guid? SurveyId, JsonElement Data);

internal sealed record BatchRequest(IReadOnlyList<EventRequest> Events);

/// <summary>An event as lists show it.</summary>
internal record EventView
{
    public required Guid Id { get; init; }

    public required string EventType { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? SurveyId { get; init; }

    public required DateTimeOffset Timestamp { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public static EventView Of(StoredEvent e) => new() { Id = e.Id, EventType = e.Type.Name(), SurveyId = e.SurveyId, Timestamp = e.Timestamp, CreatedAt = e.CreatedAt };
}

/// <summary>Why a webhook got no delivery.</summary>
/// <param name="Reason">not_subscribed, created_later or other_survey.</param>
internal sealed record WebhookLeftOutView(Guid WebhookId, string Name, string Reason);

/// <summary>An event with its exact body, its deliveries, and the webhooks that got none.</summary>
internal sealed record EventDetailView : EventView
{
    /// <summary>The exact bytes that were sent, as text; null once erased.</summary>
    public string? RequestBody { get; init; }

    public required IReadOnlyList<DeliveryView> Deliveries { get; init; }

    public required IReadOnlyList<WebhookLeftOutView> OtherWebhooks { get; init; }

    public static EventDetailView Of(EventDetail detail) => new()
    {
        Id = detail.Event.Id,
        EventType = detail.Event.Type.Name(),
        SurveyId = detail.Event.SurveyId,
        Timestamp = detail.Event.Timestamp,
        CreatedAt = detail.Event.CreatedAt,
        RequestBody = detail.Payload is { } payload ? Encoding.UTF8.GetString(payload) : null,
        Deliveries = [.. detail.Deliveries.Select(DeliveryView.Of)],
        OtherWebhooks = [.. detail.LeftOut.Select(w => new WebhookLeftOutView(w.WebhookId, w.Name, Reason(w.Reason)))],
    };

    private static string Reason(NoDeliveryReason reason) => reason switch
    {
        NoDeliveryReason.CreatedLater => "created_later",
        NoDeliveryReason.OtherSurvey => "other_survey",
        _ => "not_subscribed",
    };
}
