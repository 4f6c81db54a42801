using Gatepost.Events;

namespace Gatepost.Webhooks;

/// <summary>A customer's URL with its subscription, as everyone may see it: no secret, no header value.</summary>
internal sealed record Webhook
{
    public required Guid Id { get; init; }

    /// <summary>Whose responses it gets; null for ticket scope.</summary>
    public Guid? SurveyId { get; init; }

    /// <summary>1-200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>As the egress guard normalised it.</summary>
    public required string Url { get; init; }

    /// <summary>In the order given; of a survey webhook always the one survey type.</summary>
    public required IReadOnlyList<EventType> Events { get; init; }

    public bool HasSecret { get; init; }

    /// <summary>In the order given.</summary>
    public IReadOnlyList<string> HeaderNames { get; init; } = [];

    /// <summary>What the client wrote; see <see cref="Status"/>.</summary>
    public bool Active { get; init; } = true;

    /// <summary>Seconds between attempts; empty makes one attempt; null follows the instance's default.</summary>
    public IReadOnlyList<int>? RetryPolicy { get; init; }

    /// <summary>One of <see cref="DisableReasons"/>.</summary>
    public string? DisabledReason { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    public int ConsecutiveFailures { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    public DateTimeOffset? LastDeliveryAt { get; init; }

    /// <summary>Deliveries skipped since it stopped being active.</summary>
    public long SkippedSince { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public WebhookStatus Status => WebhookStatuses.Derive(Active, DisabledAt);
}
