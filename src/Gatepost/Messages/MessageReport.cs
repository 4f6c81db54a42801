using Gatepost.Providers;

namespace Gatepost.Messages;

/// <summary>What a mail says of a message that we sent: a delivery report, a read receipt or a spam report.</summary>
internal sealed record MessageReport
{
    /// <summary>The message, where the return path names it.</summary>
    public Guid? Message { get; init; }

    /// <summary>The Message-ID of the mail that was sent.</summary>
    public string? OriginalMessageId { get; init; }

    public string? Recipient { get; init; }

    public required MessageStatus Status { get; init; }

    /// <summary>The report's own word, such as <c>failed</c> or <c>displayed</c>.</summary>
    public string? ProviderStatus { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorReason { get; init; }

    public bool Terminal { get; init; }

    /// <summary>Null where the report gives no time.</summary>
    public DateTimeOffset? OccurredAt { get; init; }
}
