using Gatepost.Messages;

namespace Gatepost.Server.Api;

/// <summary>A sent message as lists show it.</summary>
internal record MessageView
{
    public required Guid Id { get; init; }

    public required string Channel { get; init; }

    public required string Provider { get; init; }

    /// <summary>As it was registered.</summary>
    public required string ProviderMessageId { get; init; }

    /// <summary>An e-mail address, or a phone number in E.164.</summary>
    public required string To { get; init; }

    public string? From { get; init; }

    /// <summary>Null without one, and once the ticket is deleted.</summary>
    public Guid? TicketId { get; init; }

    /// <summary>Null without one, and once the survey is deleted.</summary>
    public Guid? SurveyId { get; init; }

    public string? Reference { get; init; }

    /// <summary>Computed from everything that was heard of the message; accepted until then.</summary>
    public required string Status { get; init; }

    /// <summary>When it came to this status; null until something was heard of it.</summary>
    public DateTimeOffset? StatusAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static MessageView Of(OutboundMessage m) => new(m);

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    protected MessageView(OutboundMessage m)
    {
        Id = m.Id;
        Channel = m.Channel.Name();
        Provider = m.Provider;
        ProviderMessageId = m.ProviderMessageId;
        To = m.To;
        From = m.From;
        TicketId = m.TicketId;
        SurveyId = m.SurveyId;
        Reference = m.Reference;
        Status = m.Status.Name();
        StatusAt = m.StatusAt;
        CreatedAt = m.CreatedAt;
        UpdatedAt = m.UpdatedAt;
    }
}

/// <summary>A sent message with everything that was heard of it, in the order it came.</summary>
internal sealed record MessageDetailView : MessageView
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private MessageDetailView(OutboundMessageDetail detail)
        : base(detail.Message)
    {
        StatusHistory = [.. detail.History.Select(MessageStatusView.Of)];
        RecipientFacts = [.. detail.RecipientFacts.Select(f => new RecipientFactView(f.Fact, f.OccurredAt))];
    }

    public required IReadOnlyList<MessageStatusView> StatusHistory { get; init; }

    /// <summary>What is known of its recipient on its channel, from this message or any other: look here before you write again.</summary>
    public required IReadOnlyList<RecipientFactView> RecipientFacts { get; init; }

    public static MessageDetailView Of(OutboundMessageDetail detail) => new(detail);
}

/// <summary>What a recipient did once and for all.</summary>
/// <param name="Fact">unsubscribed or complained.</param>
/// <param name="OccurredAt">The first time.</param>
internal sealed record RecipientFactView(string Fact, DateTimeOffset OccurredAt);

/// <summary>What was heard of a message once.</summary>
/// <param name="ProviderStatus">The provider's own word.</param>
/// <param name="OccurredAt">Null where the provider gives no time.</param>
/// <param name="Terminal">No other status is expected after this one.</param>
internal sealed record MessageStatusView(
    string Status, string? ProviderStatus, DateTimeOffset? OccurredAt, DateTimeOffset ReceivedAt, string? ErrorCode, string? ErrorReason, bool Terminal)
{
    public static MessageStatusView Of(StatusRecord s) =>
        new(s.Status.Name(), s.ProviderStatus, s.OccurredAt, s.ReceivedAt, s.ErrorCode, s.ErrorReason, s.Terminal);
}
