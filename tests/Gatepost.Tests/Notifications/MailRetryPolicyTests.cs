using Gatepost.Notifications;

namespace Gatepost.Tests.Notifications;

public sealed class MailRetryPolicyTests
{
    private static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(3, 15)]
    [InlineData(4, 60)]
    [InlineData(5, 240)]
    [InlineData(50, 240)]
    public void Next_AfterFailures_WaitsLonger(int attempts, int minutes) =>
        MailRetryPolicy.Next(attempts, Now, Now).ShouldBe(Now.AddMinutes(minutes));

    [Fact]
    public void Next_AServerThatNeverTakesIt_EndsWithinThreeDays()
    {
        var attempts = 0;
        for (DateTimeOffset? now = Now; now is { } at; now = MailRetryPolicy.Next(attempts, Now, at))
            attempts++;

        attempts.ShouldBeInRange(15, 30);
    }
}
