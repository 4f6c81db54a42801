using Gatepost.Providers;

namespace Gatepost.Messages;

/// <summary>A message that was sent with a provider, registered so that callbacks find it.</summary>
internal sealed record OutboundMessage
{
    public required Guid Id { get; init; }

    public required CallbackChannel Channel { get; init; }

    public required string Provider { get; init; }

    /// <summary>As it was registered.</summary>
    public required string ProviderMessageId { get; init; }

    /// <summary>An address, or a phone number in E.164.</summary>
    public required string To { get; init; }

    public string? From { get; init; }

    public Guid? TicketId { get; init; }

    public Guid? SurveyId { get; init; }

    public string? Reference { get; init; }

    public required MessageStatus Status { get; init; }

    /// <summary>When it came to its status; null until something was heard of it.</summary>
    public DateTimeOffset? StatusAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <param name="History">Everything that was heard of it, in the order it came.</param>
/// <param name="RecipientFacts">What is known of its recipient on its channel, from this message or any other.</param>
internal sealed record OutboundMessageDetail(OutboundMessage Message, IReadOnlyList<StatusRecord> History, IReadOnlyList<RecipientFact> RecipientFacts);

/// <param name="Fact">unsubscribed or complained.</param>
/// <param name="OccurredAt">The first time.</param>
internal sealed record RecipientFact(string Fact, DateTimeOffset OccurredAt);
