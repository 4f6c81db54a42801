using Gatepost.Organizations;

namespace Gatepost.Events;

/// <summary>One immutable occurrence, rendered once: every attempt of every delivery sends these bytes.</summary>
internal sealed record WebhookEvent
{
    public required OrganizationRef Organization { get; init; }

    public required EventType Type { get; init; }

    /// <summary>Ours are UUIDv7; a publisher may bring any UUID.</summary>
    public required Guid Id { get; init; }

    /// <summary>When it happened, as the payload says.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The survey whose webhooks get it; null for ticket events.</summary>
    public long? SurveySeq { get; init; }

    /// <summary>The ticket whose deletion erases this event; null where there is none.</summary>
    public long? TicketSeq { get; init; }

    /// <summary>The request body, UTF-8 JSON.</summary>
    public required byte[] Payload { get; init; }
}
