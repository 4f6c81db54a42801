namespace Gatepost.Webhooks;

/// <summary>Why the system switched a webhook off, as stored and shown.</summary>
internal static class DisableReasons
{
    public const string ConsecutiveFailures = "consecutive_failures";

    /// <summary>The receiver answered 410.</summary>
    public const string Gone = "gone";
}

/// <summary>Decides after a failed automatic attempt whether the webhook is switched off.</summary>
/// <param name="AfterConsecutiveFailures">Failed attempts since the last success; 0 never disables for failing.</param>
/// <param name="AfterFailing">How long the failing must have lasted besides; zero asks for the count alone.</param>
internal sealed record DisablePolicy(int AfterConsecutiveFailures, TimeSpan AfterFailing)
{
    /// <param name="consecutiveFailures">This attempt included.</param>
    /// <param name="failingSince">The end of the first of these failures; null counts from now.</param>
    /// <param name="gone">The answer was 410 Gone: RFC 9110 15.5.11 says that this is likely to be for good.</param>
    /// <returns>A reason of <see cref="DisableReasons"/>, or null to keep it on.</returns>
    public string? Decide(int consecutiveFailures, DateTimeOffset? failingSince, DateTimeOffset now, bool gone)
    {
        if (gone)
            return DisableReasons.Gone;
        var enough = AfterConsecutiveFailures > 0 && consecutiveFailures >= AfterConsecutiveFailures;
        return enough && now - (failingSince ?? now) >= AfterFailing ? DisableReasons.ConsecutiveFailures : null;
    }
}
