namespace Gatepost.Notifications;

/// <summary>A mail that waits to be handed to the SMTP server: one notification for one admin.</summary>
internal sealed record DueMail
{
    public required long Seq { get; init; }

    public required Guid NotificationId { get; init; }

    public required string Recipient { get; init; }

    public required string Title { get; init; }

    public required string Text { get; init; }

    /// <summary>Failed so far.</summary>
    public required int AttemptCount { get; init; }

    /// <summary>Of the notification.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
