using System.Text.Json.Serialization;
using Gatepost.Events;

namespace Gatepost.Tickets;

/// <summary>
/// One target of one ticket: how long it has run, and what it has said. Immutable and pure; every instant comes from outside.
/// It holds its own limit, so a tick needs nothing else. Each instance warns at most once and breaches at most once.
/// </summary>
internal sealed record SlaClock
{
    public required SlaTarget Target { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Milliseconds; null never signals.</summary>
    public long? LimitMs { get; init; }

    public int WarnAtPercent { get; init; }

    /// <summary>Milliseconds of the pauses that have ended.</summary>
    public long PausedMs { get; init; }

    public DateTimeOffset? PausedSince { get; init; }

    /// <summary>The promise was kept, or nobody waits for it any longer.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    public bool Warned { get; init; }

    public bool Breached { get; init; }

    [JsonIgnore]
    public bool IsStopped => StoppedAt is not null;

    [JsonIgnore]
    public bool IsPaused => PausedSince is not null;

    /// <summary>When the next signal is due; null while nothing is: stopped, paused, without a limit, or all said.</summary>
    [JsonIgnore]
    public DateTimeOffset? NextAt => IsStopped || IsPaused || Breached ? null : Warned ? DueAt : WarnAt;

    private DateTimeOffset? WarnAt => After(LimitMs * WarnAtPercent / 100);

    private DateTimeOffset? DueAt => After(LimitMs);

    public static SlaClock Start(SlaTarget target, DateTimeOffset now) => new() { Target = target, StartedAt = now };

    /// <summary>Sets the limit; what has been said stays said, even if the new deadline is later.</summary>
    public SlaClock Recompute(TimeSpan? limit, int warnAtPercent) =>
        this with { LimitMs = (long?)limit?.TotalMilliseconds, WarnAtPercent = warnAtPercent };

    public SlaClock Pause(DateTimeOffset now) => IsStopped || IsPaused ? this : this with { PausedSince = now };

    public SlaClock Resume(DateTimeOffset now)
    {
        if (IsStopped || PausedSince is not { } since)
            return this;
        // Requests take the time before they queue for the database: two may arrive here a little out of order.
        var paused = Math.Max(0, (now - since).Ticks / TimeSpan.TicksPerMillisecond);
        return this with { PausedSince = null, PausedMs = PausedMs + paused };
    }

    public SlaClock Stop(DateTimeOffset now) => IsStopped ? this : this with { StoppedAt = now };

    /// <summary>Says what is due by now: after a downtime perhaps both, the warning first.</summary>
    public (SlaClock Clock, IReadOnlyList<SlaSignal> Signals) Tick(DateTimeOffset now)
    {
        var clock = this;
        var signals = new List<SlaSignal>();
        while (clock.NextAt <= now)
        {
            signals.Add(new SlaSignal(clock.Warned ? EventType.TicketSlaBreached : EventType.TicketSlaWarning, Target, clock.DueAt!.Value));
            clock = clock.Warned ? clock with { Breached = true } : clock with { Warned = true };
        }

        return (clock, signals);
    }

    private DateTimeOffset? After(long? runMs) => runMs is { } ms ? StartedAt.AddMilliseconds(PausedMs + ms) : null;
}
