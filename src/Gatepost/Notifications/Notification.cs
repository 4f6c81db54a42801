namespace Gatepost.Notifications;

/// <summary>Something that the admins of an organization should know and act on.</summary>
internal sealed record Notification
{
    /// <summary>The one type so far.</summary>
    public const string WebhookDisabled = "webhook_disabled";

    public required Guid Id { get; init; }

    public required string Type { get; init; }

    public required Guid WebhookId { get; init; }

    /// <summary>Why the webhook was disabled.</summary>
    public required string Reason { get; init; }

    /// <summary>One line; also the subject of the mail.</summary>
    public required string Title { get; init; }

    /// <summary>Plain text, paragraphs apart by an empty line.</summary>
    public required string Text { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ReadAt { get; init; }
}
