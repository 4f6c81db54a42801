namespace Gatepost.Deliveries;

/// <summary>An ended attempt, as it is written down.</summary>
internal sealed record AttemptRecord
{
    public required ClaimedDelivery Delivery { get; init; }

    public required AttemptResult Result { get; init; }

    /// <summary>Where it went.</summary>
    public required string Url { get; init; }

    /// <summary>JSON array of the webhook's own header names; their values are secrets and are not kept.</summary>
    public required string HeaderNames { get; init; }

    /// <summary>Whether it carried a signature.</summary>
    public required bool Signed { get; init; }

    /// <summary>When the retry policy would try again; null when it is used up or the attempt succeeded.</summary>
    public required DateTimeOffset? RetryAt { get; init; }

    /// <summary>While the claim is held nobody else counts attempts: the number is ours to give.</summary>
    public int Number => Delivery.AttemptCount + 1;

    public DateTimeOffset EndedAt => Result.StartedAt + Result.Duration;
}
