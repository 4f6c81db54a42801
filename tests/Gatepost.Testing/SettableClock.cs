namespace Gatepost.Testing;

/// <summary>A clock that shows what it is told, in both directions; timers run in real time.</summary>
internal sealed class SettableClock(DateTimeOffset now) : TimeProvider
{
    private long ticks = now.UtcTicks;

    public void Set(DateTimeOffset value) => Interlocked.Exchange(ref ticks, value.UtcTicks);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);
}
