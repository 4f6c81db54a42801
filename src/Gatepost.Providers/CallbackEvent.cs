namespace Gatepost.Providers;

public enum CallbackEventKind
{
    /// <summary>What became of an outbound message.</summary>
    Status,

    /// <summary>A message from a customer.</summary>
    Inbound,

    /// <summary>A fact about a recipient, such as unsubscribing by a group.</summary>
    Preference,

    Other,
}

public enum CallbackChannel
{
    Email,
    Sms,
    WhatsApp,
}

/// <summary>One thing that a provider says, in the words of every provider.</summary>
public sealed record CallbackEvent
{
    public required CallbackEventKind Kind { get; init; }

    public required CallbackChannel Channel { get; init; }

    /// <summary>Of status events.</summary>
    public MessageStatus? Status { get; init; }

    /// <summary>The provider's own word.</summary>
    public string? ProviderStatus { get; init; }

    /// <summary>Of the outbound message, or of the inbound one. Message-IDs come without angle brackets.</summary>
    public string? ProviderMessageId { get; init; }

    public string? ProviderEventId { get; init; }

    /// <summary>Who the outbound message went to. Phone numbers are E.164 with a plus, addresses bare.</summary>
    public string? Recipient { get; init; }

    /// <summary>Who sent it.</summary>
    public string? From { get; init; }

    /// <summary>Of inbound messages.</summary>
    public string? To { get; init; }

    /// <summary>Of inbound messages; line breaks are LF.</summary>
    public string? Text { get; init; }

    /// <summary>Null where the provider gives no time.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorReason { get; init; }

    /// <summary>No other status is expected after this one.</summary>
    public bool Terminal { get; init; }

    /// <summary>Opaque: equal keys mean the same event.</summary>
    public required string DedupKey { get; init; }

    /// <summary>Our own id, echoed by the provider.</summary>
    public string? Reference { get; init; }

    /// <summary>Provider specifics: texts, numbers, booleans, lists and maps of these.</summary>
    public IReadOnlyDictionary<string, object?> Extra { get; init; } = new Dictionary<string, object?>();

    /// <summary>Media of an inbound message, not downloaded.</summary>
    public IReadOnlyList<CallbackMedia> Media { get; init; } = [];

    /// <summary>An inbound e-mail with its envelope, for the mail pipeline.</summary>
    public InboundMail? Mail { get; init; }
}

/// <param name="Url">Where it can be fetched; null where the provider gives an id only.</param>
public sealed record CallbackMedia(string? Id, string? Url, string? ContentType, string? FileName);

/// <summary>An e-mail as a provider hands it over.</summary>
/// <param name="Mime">The message as MIME: as it came, or composed from the provider's fields.</param>
/// <param name="EnvelopeFrom">SMTP MAIL FROM; null where the provider does not say.</param>
/// <param name="EnvelopeTo">SMTP RCPT TO.</param>
public sealed record InboundMail(ReadOnlyMemory<byte> Mime, string? EnvelopeFrom, IReadOnlyList<string> EnvelopeTo)
{
    /// <summary>What the provider found about it, outside of the message.</summary>
    public MailVerdicts Verdicts { get; init; } = MailVerdicts.None;
}

/// <summary>A provider's own findings: they come with its signature, so they can be believed.</summary>
/// <param name="DmarcPass">Null where it does not say.</param>
public sealed record MailVerdicts(bool IsSpam = false, bool HasVirus = false, bool? DmarcPass = null)
{
    public static MailVerdicts None { get; } = new();
}
