using Gatepost.Webhooks;

namespace Gatepost.Tests.Webhooks;

public sealed class DisablePolicyTests
{
    private static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(9, null)]
    [InlineData(10, "consecutive_failures")]
    [InlineData(11, "consecutive_failures")]
    public void Decide_CountReached_Disables(int failures, string? reason) =>
        new DisablePolicy(10, TimeSpan.Zero).Decide(failures, Now, Now, gone: false).ShouldBe(reason);

    [Theory]
    [InlineData(599, null)]
    [InlineData(600, "consecutive_failures")]
    public void Decide_FailingMustLast_WaitsForIt(int seconds, string? reason) =>
        new DisablePolicy(10, TimeSpan.FromSeconds(600)).Decide(50, Now.AddSeconds(-seconds), Now, gone: false).ShouldBe(reason);

    [Fact]
    public void Decide_NeverDisableForFailing_KeepsItOn() =>
        new DisablePolicy(0, TimeSpan.Zero).Decide(1_000_000, Now.AddDays(-9), Now, gone: false).ShouldBeNull();

    [Fact]
    public void Decide_StartOfFailingUnknown_CountsFromNow() =>
        new DisablePolicy(1, TimeSpan.FromSeconds(1)).Decide(1, null, Now, gone: false).ShouldBeNull();

    [Theory]
    [InlineData(10)]
    [InlineData(0)]
    public void Decide_ReceiverIsGone_DisablesAtOnce(int afterFailures) =>
        new DisablePolicy(afterFailures, TimeSpan.FromDays(1)).Decide(1, Now, Now, gone: true).ShouldBe("gone");

    [Theory]
    [InlineData(true, false, "active")]
    [InlineData(false, false, "paused")]
    [InlineData(true, true, "disabled")]
    [InlineData(false, true, "disabled")]
    public void Derive_UserAndSystem_NamesWhoSwitchedItOff(bool active, bool disabled, string status) =>
        WebhookStatuses.Derive(active, disabled ? Now : null).Name().ShouldBe(status);
}
