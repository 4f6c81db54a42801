using Gatepost.Events;

namespace Gatepost.Deliveries;

/// <summary>One event for one webhook, as the log shows it.</summary>
internal sealed record Delivery
{
    public required Guid Id { get; init; }

    public required Guid WebhookId { get; init; }

    public required Guid EventId { get; init; }

    public required EventType EventType { get; init; }

    public required DeliveryStatus Status { get; init; }

    public required int AttemptCount { get; init; }

    /// <summary>Null unless one is due.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    public AttemptOutcome? LastOutcome { get; init; }

    public int? LastStatusCode { get; init; }

    /// <summary>The last attempt's failure in words; null when it succeeded or the words are not kept any more.</summary>
    public string? LastMessage { get; init; }

    public string? LastHint { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }
}

/// <summary>A delivery with the exact bytes and every attempt, oldest first.</summary>
/// <param name="Payload">Null once retention or a deletion erased it.</param>
internal sealed record DeliveryDetail(Delivery Delivery, byte[]? Payload, IReadOnlyList<Attempt> Attempts);

/// <summary>One HTTP try, as it was written down.</summary>
internal sealed record Attempt
{
    public required int Number { get; init; }

    public required AttemptTrigger Trigger { get; init; }

    public required string Url { get; init; }

    /// <summary>The webhook's own header names; the values are not kept.</summary>
    public required IReadOnlyList<string> HeaderNames { get; init; }

    public required bool Signed { get; init; }

    public required AttemptResult Result { get; init; }
}
