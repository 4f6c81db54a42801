namespace Gatepost.Storage.Postgres;

/// <summary>
/// The time of the database server, which all nodes share: a node whose own clock is wrong, or is set while it runs, sends nothing
/// early or late. Between two readings it goes on by the monotonic clock; before the first one it is the system's.
/// </summary>
internal sealed class DatabaseClock : TimeProvider
{
    private Reading? reading;

    public override DateTimeOffset GetUtcNow() =>
        Volatile.Read(ref reading) is { } known ? known.At + System.GetElapsedTime(known.Timestamp) : base.GetUtcNow();

    /// <param name="at">What the server said.</param>
    /// <param name="asked">When it was asked, by <see cref="TimeProvider.GetTimestamp"/>; the answer is dated half-way from there to now.</param>
    public void Set(DateTimeOffset at, long asked) => Volatile.Write(ref reading, new Reading(at + (System.GetElapsedTime(asked) / 2), System.GetTimestamp()));

    private sealed record Reading(DateTimeOffset At, long Timestamp);
}
