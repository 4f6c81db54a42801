namespace Gatepost.Deliveries;

/// <summary>When a failed delivery is tried again: pure, chance is handed in.</summary>
internal static class RetryPolicy
{
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(24);

    /// <summary>Seconds; seven attempts in all.</summary>
    public static IReadOnlyList<int> Default { get; } = [1, 5, 30, 300, 1800, 7200];

    /// <summary>
    /// The instant of the next attempt, or null when the list is used up: the delay counts from the end of the failed attempt,
    /// plus 0-10 % jitter, never earlier. <paramref name="retryAfter"/> can only lengthen it, up to 24 hours.
    /// </summary>
    /// <param name="attempts">Attempts of the present run, this failed one included: 1 or more.</param>
    /// <param name="jitter">0 to 1.</param>
    public static DateTimeOffset? Next(IReadOnlyList<int> delays, int attempts, DateTimeOffset endedAt, TimeSpan? retryAfter, double jitter)
    {
        if (attempts < 1 || attempts > delays.Count)
            return null;
        var wait = WithJitter(TimeSpan.FromSeconds(delays[attempts - 1]), jitter);
        if (retryAfter is { } asked)
        {
            // The cap holds for what comes out, jitter included.
            var longer = AtMost(MaxRetryAfter, WithJitter(AtMost(MaxRetryAfter, asked), jitter));
            wait = longer > wait ? longer : wait;
        }

        // Instants are stored in whole milliseconds, rounded down: rounded up here, a retry is never early.
        var due = endedAt + wait;
        var rest = due.Ticks % TimeSpan.TicksPerMillisecond;
        return rest == 0 ? due : due.AddTicks(TimeSpan.TicksPerMillisecond - rest);
    }

    private static TimeSpan WithJitter(TimeSpan delay, double jitter) => delay + TimeSpan.FromTicks((long)(delay.Ticks * 0.1 * Math.Clamp(jitter, 0, 1)));

    private static TimeSpan AtMost(TimeSpan cap, TimeSpan delay) => delay < cap ? delay : cap;
}
