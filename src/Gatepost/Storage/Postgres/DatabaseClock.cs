namespace Gatepost.Storage.Postgres;

/// <summary>
/// The time of the database server, which all nodes share: a node whose own clock is wrong, or is set while it runs, sends nothing
/// early or late. Between two readings it goes on by the monotonic clock; before the first one it is the system's. It is set only when a
/// reading contradicts it: one that took long under load says little, and time that jumps back and forth would be worse.
/// </summary>
internal sealed class DatabaseClock : TimeProvider
{
    private Reading? reading;

    public override DateTimeOffset GetUtcNow() =>
        Volatile.Read(ref reading) is { } known ? known.At + System.GetElapsedTime(known.Timestamp) : base.GetUtcNow();

    /// <param name="at">What the server said.</param>
    /// <param name="asked">When it was asked, by <see cref="TimeProvider.GetTimestamp"/>: the answer is of some moment between then and now.</param>
    public void Set(DateTimeOffset at, long asked)
    {
        var now = System.GetTimestamp();
        var doubt = System.GetElapsedTime(asked, now) / 2;
        var fresh = new Reading(at + doubt, now);
        if (Volatile.Read(ref reading) is { } known && (known.At + System.GetElapsedTime(known.Timestamp, now) - fresh.At).Duration() <= doubt)
            return;
        Volatile.Write(ref reading, fresh);
    }

    private sealed record Reading(DateTimeOffset At, long Timestamp);
}
