using Gatepost.Deliveries;

namespace Gatepost.Events;

/// <summary>An event as the log shows it.</summary>
internal sealed record StoredEvent
{
    public required Guid Id { get; init; }

    public required EventType Type { get; init; }

    public Guid? SurveyId { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>When we took it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Why a webhook got no delivery of an event.</summary>
internal enum NoDeliveryReason
{
    /// <summary>It does not subscribe to this type (or did not then).</summary>
    NotSubscribed,

    /// <summary>It was made after the event.</summary>
    CreatedLater,

    /// <summary>It belongs to another survey.</summary>
    OtherSurvey,
}

/// <summary>A webhook that got no delivery, and why.</summary>
internal sealed record WebhookLeftOut(Guid WebhookId, string Name, NoDeliveryReason Reason);

/// <param name="Payload">The exact request body; null once retention or a deletion erased it.</param>
/// <param name="LeftOut">Every other webhook of the organization.</param>
internal sealed record EventDetail(StoredEvent Event, byte[]? Payload, IReadOnlyList<Delivery> Deliveries, IReadOnlyList<WebhookLeftOut> LeftOut);

/// <summary>Which events a list shows; null members do not filter.</summary>
internal sealed record EventFilter(IReadOnlyList<EventType>? Types, DateTimeOffset? Since, DateTimeOffset? Until);

/// <summary>What became of a published event.</summary>
/// <param name="Deliveries">How many deliveries it has.</param>
/// <param name="IsNew">False when this id was published before: then nothing was made.</param>
internal readonly record struct PublishedEvent(Guid Id, int Deliveries, bool IsNew);
