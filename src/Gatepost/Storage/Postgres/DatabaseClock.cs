namespace Gatepost.Storage.Postgres;

/// <summary>
/// The time of the database server, which all nodes share: a node whose own clock is wrong, or is set while it runs, sends nothing
/// early or late. Between two readings it goes on by the monotonic clock; before the first one it is the system's. A reading sets
/// it no further than it contradicts it: one that took long under load says little, and time that jumps back and forth would be worse.
/// </summary>
internal sealed class DatabaseClock : TimeProvider
{
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(0.5); // readings are whole milliseconds

    private Reading? reading;

    public override DateTimeOffset GetUtcNow() =>
        Volatile.Read(ref reading) is { } known ? known.At + System.GetElapsedTime(known.Timestamp) : base.GetUtcNow();

    /// <param name="at">What the server said.</param>
    /// <param name="asked">When it was asked, by <see cref="TimeProvider.GetTimestamp"/>: the answer is of some moment between then and now.</param>
    public void Set(DateTimeOffset at, long asked)
    {
        var now = System.GetTimestamp();
        var took = System.GetElapsedTime(asked, now);
        var (earliest, latest) = (at - Rounding, at + took + Rounding);
        var believed = Volatile.Read(ref reading) is { } known ? known.At + System.GetElapsedTime(known.Timestamp, now) : at + (took / 2);
        Volatile.Write(ref reading, new Reading(believed < earliest ? earliest : believed > latest ? latest : believed, now));
    }

    private sealed record Reading(DateTimeOffset At, long Timestamp);
}
