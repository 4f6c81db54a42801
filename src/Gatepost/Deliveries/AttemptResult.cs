namespace Gatepost.Deliveries;

/// <summary>What one HTTP try came to.</summary>
internal sealed record AttemptResult
{
    public required AttemptOutcome Outcome { get; init; }

    /// <summary>What happened, in a sentence; null on success.</summary>
    public string? Message { get; init; }

    /// <summary>What to do about it; null on success.</summary>
    public string? Hint { get; init; }

    /// <summary>Whole milliseconds.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Null when no response arrived.</summary>
    public int? Status { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> ResponseHeaders { get; init; } = [];

    /// <summary>At most 4,096 bytes.</summary>
    public byte[] ResponseBody { get; init; } = [];

    /// <summary>The receiver sent, or announced, more than was kept.</summary>
    public bool BodyTruncated { get; init; }

    public string? RemoteAddress { get; init; }

    /// <summary>Of a 429 or 503; never negative.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
