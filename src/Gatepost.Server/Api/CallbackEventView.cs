using Gatepost.Providers;

namespace Gatepost.Server.Api;

/// <summary>Media of an inbound message, not downloaded.</summary>
internal sealed record CallbackMediaView(string? Id, string? Url, string? ContentType, string? FileName);

/// <summary>One thing that a provider said, in the words of every provider.</summary>
internal sealed record CallbackEventView
{
    /// <summary>status, inbound, preference or other.</summary>
    public required string Kind { get; init; }

    /// <summary>email, sms or whatsapp.</summary>
    public required string Channel { get; init; }

    /// <summary>accepted, queued, deferred, sent, delivered, read, clicked, failed, bounced, complained, unsubscribed or unknown.</summary>
    public string? Status { get; init; }

    /// <summary>The provider's own word.</summary>
    public string? ProviderStatus { get; init; }

    public string? ProviderMessageId { get; init; }

    public string? ProviderEventId { get; init; }

    public string? Recipient { get; init; }

    public string? From { get; init; }

    public string? To { get; init; }

    public string? Text { get; init; }

    public DateTimeOffset? OccurredAt { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorReason { get; init; }

    /// <summary>No other status is expected after this one.</summary>
    public required bool Terminal { get; init; }

    /// <summary>Our own id, echoed by the provider.</summary>
    public string? Reference { get; init; }

    public required IReadOnlyList<CallbackMediaView> Media { get; init; }

    /// <summary>Provider specifics.</summary>
    public required IReadOnlyDictionary<string, object?> Extra { get; init; }

    public static CallbackEventView Of(CallbackEvent e) => new()
    {
        Kind = Name(e.Kind),
        Channel = Name(e.Channel),
        Status = e.Status is { } status ? Name(status) : null,
        ProviderStatus = e.ProviderStatus,
        ProviderMessageId = e.ProviderMessageId,
        ProviderEventId = e.ProviderEventId,
        Recipient = e.Recipient,
        From = e.From,
        To = e.To,
        Text = e.Text,
        OccurredAt = e.OccurredAt,
        ErrorCode = e.ErrorCode,
        ErrorReason = e.ErrorReason,
        Terminal = e.Terminal,
        Reference = e.Reference,
        Media = [.. e.Media.Select(m => new CallbackMediaView(m.Id, m.Url, m.ContentType, m.FileName))],
        Extra = e.Extra,
    };

    private static string Name(Enum value) => value.ToString().ToLowerInvariant();
}
