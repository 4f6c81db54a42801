using Gatepost.Providers;

namespace Gatepost.Messages;

/// <summary>What was heard of a message once.</summary>
internal sealed record StatusRecord
{
    public required MessageStatus Status { get; init; }

    /// <summary>The provider's own word.</summary>
    public string? ProviderStatus { get; init; }

    /// <summary>Null where the provider gives no time.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorReason { get; init; }

    /// <summary>No other status is expected after this one.</summary>
    public bool Terminal { get; init; }
}
