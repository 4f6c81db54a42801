namespace Gatepost.Deliveries;

/// <summary>What one HTTP try came to. Filled in by its sender while it happens, and not changed afterwards.</summary>
internal sealed class AttemptResult
{
    public required AttemptOutcome Outcome { get; set; }

    /// <summary>What happened, in a sentence; null on success.</summary>
    public string? Message { get; set; }

    /// <summary>What to do about it; null on success.</summary>
    public string? Hint { get; set; }

    /// <summary>Whole milliseconds.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public TimeSpan Duration { get; set; }

    /// <summary>Null when no response arrived.</summary>
    public int? Status { get; set; }

    public IReadOnlyList<KeyValuePair<string, string>> ResponseHeaders { get; set; } = [];

    /// <summary>At most 4,096 bytes.</summary>
    public byte[] ResponseBody { get; set; } = [];

    /// <summary>The receiver sent, or announced, more than was kept.</summary>
    public bool BodyTruncated { get; set; }

    public string? RemoteAddress { get; set; }

    /// <summary>Of a 429 or 503; never negative.</summary>
    public TimeSpan? RetryAfter { get; set; }
}
