using System.Text;
using Gatepost.Deliveries;
using Gatepost.Events;

namespace Gatepost.Server.Api;

/// <summary>Why an attempt failed, in words.</summary>
/// <param name="Code">The outcome: blame and stage.</param>
/// <param name="Hint">What to do about it.</param>
internal sealed record ErrorView(string Code, string Message, string? Hint);

/// <summary>A delivery as lists show it.</summary>
internal record DeliveryView
{
    public required Guid Id { get; init; }

    public required Guid WebhookId { get; init; }

    public required Guid EventId { get; init; }

    public required string EventType { get; init; }

    /// <summary>pending, sending, succeeded, failed, skipped or canceled.</summary>
    public required string Status { get; init; }

    public required int AttemptCount { get; init; }

    /// <summary>When the next attempt is planned; null where none is, and while one by hand waits for its turn.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Of the last attempt, one by hand included; null when it succeeded or none was made.</summary>
    public ErrorView? LastError { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its last attempt ended, or it was skipped or canceled; null while an attempt is planned or under way.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    public static DeliveryView Of(Delivery d) => new()
    {
        Id = d.Id,
        WebhookId = d.WebhookId,
        EventId = d.EventId,
        EventType = d.EventType.Name(),
        Status = d.Status.Name(),
        AttemptCount = d.AttemptCount,
        NextAttemptAt = d.NextAttemptAt,
        LastError = Error(d),
        CreatedAt = d.CreatedAt,
        CompletedAt = d.CompletedAt,
    };

    protected static ErrorView? Error(Delivery d) => d.LastOutcome is { } outcome and not AttemptOutcome.Succeeded
        ? new ErrorView(outcome.ToCode(), d.LastMessage ?? AttemptFailure.Sentence(outcome, d.LastStatusCode), d.LastHint)
        : null;
}

/// <summary>A delivery with the exact request body and every attempt, oldest first.</summary>
internal sealed record DeliveryDetailView : DeliveryView
{
    /// <summary>The exact bytes of every attempt, as text; null once retention or a deletion erased them.</summary>
    public string? RequestBody { get; init; }

    public required IReadOnlyList<AttemptView> Attempts { get; init; }

    public static DeliveryDetailView Of(DeliveryDetail detail) => new()
    {
        Id = detail.Delivery.Id,
        WebhookId = detail.Delivery.WebhookId,
        EventId = detail.Delivery.EventId,
        EventType = detail.Delivery.EventType.Name(),
        Status = detail.Delivery.Status.Name(),
        AttemptCount = detail.Delivery.AttemptCount,
        NextAttemptAt = detail.Delivery.NextAttemptAt,
        LastError = Error(detail.Delivery),
        CreatedAt = detail.Delivery.CreatedAt,
        CompletedAt = detail.Delivery.CompletedAt,
        RequestBody = detail.Payload is { } payload ? Encoding.UTF8.GetString(payload) : null,
        Attempts = [.. detail.Attempts.Select(a => AttemptView.Of(a, detail.Delivery))],
    };
}
