using Gatepost.Storage.Postgres;

namespace Gatepost.Tests.Storage;

public sealed class DatabaseClockTests
{
    private static readonly DateTimeOffset Noon = new(2031, 5, 6, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100); // of the test's own way through

    private readonly DatabaseClock clock = new();

    [Fact]
    public void Set_ReadingThatContradictsTheClock_SetsIt()
    {
        clock.Set(Noon, TimeProvider.System.GetTimestamp());

        clock.Set(Noon.AddSeconds(-2), TimeProvider.System.GetTimestamp());

        clock.GetUtcNow().ShouldBe(Noon.AddSeconds(-2), Tolerance);
    }

    [Fact]
    public void Set_SlowReadingThatAllowsTheClock_LeavesIt()
    {
        clock.Set(Noon, TimeProvider.System.GetTimestamp());

        // Two seconds on the way: the answer may be of any moment of them.
        clock.Set(Noon.AddSeconds(-1.5), TimeProvider.System.GetTimestamp() - (2 * TimeProvider.System.TimestampFrequency));

        clock.GetUtcNow().ShouldBe(Noon, Tolerance);
    }

    [Fact]
    public void Set_SlowReadingThatContradictsTheClock_SetsItNoFurtherThanItMust()
    {
        clock.Set(Noon, TimeProvider.System.GetTimestamp());

        clock.Set(Noon.AddSeconds(-3), TimeProvider.System.GetTimestamp() - (2 * TimeProvider.System.TimestampFrequency));

        clock.GetUtcNow().ShouldBe(Noon.AddSeconds(-1), Tolerance);
    }
}
