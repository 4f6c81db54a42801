using CsCheck;
using Gatepost.Deliveries;

namespace Gatepost.Tests.Deliveries;

public sealed class RetryPolicyTests
{
    private static readonly DateTimeOffset Ended = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private static readonly Gen<DateTimeOffset> AnyEnd = Gen.Long[0, TimeSpan.TicksPerDay].Select(t => Ended.AddTicks(t));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(3, 30)]
    [InlineData(4, 300)]
    [InlineData(5, 1800)]
    [InlineData(6, 7200)]
    public void Next_DefaultPolicy_FollowsTheList(int attempts, int seconds) =>
        RetryPolicy.Next(RetryPolicy.Default, attempts, Ended, null, 0).ShouldBe(Ended.AddSeconds(seconds));

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(0)]
    public void Next_ListUsedUp_IsNull(int attempts) => RetryPolicy.Next(RetryPolicy.Default, attempts, Ended, null, 0).ShouldBeNull();

    [Fact]
    public void Next_EmptyList_NeverRetries() => RetryPolicy.Next([], 1, Ended, TimeSpan.FromSeconds(5), 0).ShouldBeNull();

    [Fact]
    public void Next_AnyDelayAndJitter_IsNeverEarlierAndAtMostTenPercentLater() =>
        Gen.Select(Gen.Int[1, 604_800], Gen.Double[0, 1], AnyEnd).Sample((seconds, jitter, ended) =>
        {
            var wait = RetryPolicy.Next([seconds], 1, ended, null, jitter)!.Value - ended;

            wait.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(seconds));
            wait.ShouldBeLessThan(TimeSpan.FromSeconds(seconds * 1.1) + TimeSpan.FromMilliseconds(1));
        });

    [Fact]
    public void Next_StoredInMilliseconds_IsStillNotEarly() =>
        Gen.Select(Gen.Int[1, 10], Gen.Double[0, 1], AnyEnd).Sample((seconds, jitter, ended) =>
        {
            var stored = Instant.FromMilliseconds(RetryPolicy.Next([seconds], 1, ended, null, jitter)!.Value.ToUnixTimeMilliseconds());

            (stored - ended).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(seconds));
        });

    [Fact]
    public void Next_RetryAfter_OnlyLengthensUpToADay() =>
        Gen.Select(Gen.Int[1, 604_800], Gen.Int[0, int.MaxValue], Gen.Double[0, 1]).Sample((seconds, asked, jitter) =>
        {
            var plain = RetryPolicy.Next([seconds], 1, Ended, null, jitter)!.Value;
            var longer = RetryPolicy.Next([seconds], 1, Ended, TimeSpan.FromSeconds(asked), jitter)!.Value;

            longer.ShouldBeGreaterThanOrEqualTo(plain);
            if (longer > plain)
                (longer - Ended).ShouldBeLessThanOrEqualTo(Day);
            (longer - Ended).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(Math.Min(asked, Day.TotalSeconds)));
        });
}
