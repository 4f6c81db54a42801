using CsCheck;
using Gatepost.Deliveries;

namespace Gatepost.Tests.Deliveries;

/// <summary>The state table: what each end of an attempt makes of its delivery.</summary>
public sealed class AttemptVerdictTests
{
    private static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Retry = Now.AddSeconds(5);

    public static TheoryData<string, string, string> Automatic => new()
    {
        // what happened, what the webhook and the person say, what becomes of it
        { "succeeded", "", "succeeded" },
        { "succeeded", "cancelled", "succeeded" },
        { "succeeded", "inactive", "succeeded" },
        { "failed", "retry", "pending" },
        { "failed", "", "failed" },
        { "failed", "retry inactive", "skipped" },
        { "failed", "inactive", "failed" },
        { "failed", "retry cancelled", "canceled" },
        { "failed", "retry cancelled inactive", "canceled" },
        { "interrupted", "retry", "pending" },
        { "interrupted", "", "pending" },
        { "interrupted", "inactive", "skipped" },
        { "interrupted", "cancelled", "canceled" },
    };

    [Theory]
    [MemberData(nameof(Automatic))]
    public void Of_AutomaticOrReplayed_FollowsTheTable(string what, string situation, string becomes)
    {
        foreach (var trigger in new[] { AttemptTrigger.Automatic, AttemptTrigger.Replay })
        {
            var verdict = Of(what, situation, trigger);

            verdict.Status.ToString().ToLowerInvariant().ShouldBe(becomes);
            verdict.RunAttempts.ShouldBe(what == "failed" ? 3 : 2, "only failed automatic attempts move along the policy");
            verdict.NextAttemptAt.ShouldBe(becomes != "pending" ? null : what == "failed" ? Retry : Now);
        }
    }

    [Theory]
    [InlineData(nameof(DeliveryStatus.Succeeded))]
    [InlineData(nameof(DeliveryStatus.Failed))]
    [InlineData(nameof(DeliveryStatus.Skipped))]
    [InlineData(nameof(DeliveryStatus.Canceled))]
    public void Of_FailedManualAttempt_LeavesTheStateAsItWas(string state)
    {
        var was = Enum.Parse<DeliveryStatus>(state);
        foreach (var situation in new[] { "", "retry", "inactive" })
            Of("failed", situation, AttemptTrigger.Manual, was).ShouldBe(new AttemptVerdict(was, null, 2));
    }

    [Theory]
    [InlineData("", nameof(DeliveryStatus.Pending))]
    [InlineData("inactive", nameof(DeliveryStatus.Skipped))]
    [InlineData("cancelled", nameof(DeliveryStatus.Canceled))]
    public void Of_FailedManualAttemptOfAPendingDelivery_WaitsAsBefore(string situation, string becomes)
    {
        var verdict = Of("failed", situation, AttemptTrigger.Manual, DeliveryStatus.Pending, resumeAt: Now.AddHours(1));

        var status = Enum.Parse<DeliveryStatus>(becomes);
        verdict.ShouldBe(new AttemptVerdict(status, status == DeliveryStatus.Pending ? Now.AddHours(1) : null, 2));
    }

    [Fact]
    public void Of_SucceededManualAttempt_SucceedsAndKeepsItsPlaceInThePolicy() =>
        Of("succeeded", "inactive", AttemptTrigger.Manual, DeliveryStatus.Failed).ShouldBe(new AttemptVerdict(DeliveryStatus.Succeeded, null, 2));

    [Fact]
    public void Of_InterruptedManualAttemptOfAPausedWebhook_IsMadeAgain() =>
        Of("interrupted", "inactive", AttemptTrigger.Manual, DeliveryStatus.Failed).ShouldBe(new AttemptVerdict(DeliveryStatus.Pending, Now, 2));

    [Theory]
    [InlineData("succeeded", nameof(DeliveryStatus.Succeeded))]
    [InlineData("failed", nameof(DeliveryStatus.Failed))]
    [InlineData("interrupted", nameof(DeliveryStatus.Failed))]
    public void Of_Test_IsNeverRetried(string what, string becomes) =>
        Of(what, "retry", AttemptTrigger.Test).ShouldBe(new AttemptVerdict(Enum.Parse<DeliveryStatus>(becomes), null, 2));

    [Fact]
    public void Of_AnythingAtAll_WaitsOnlyIfPendingAndNeverStaysSending() =>
        Gen.Select(Gen.Enum<AttemptOutcome>(), Gen.Enum<AttemptTrigger>(), Gen.Bool, Gen.Bool, Gen.Bool, Gen.Enum<DeliveryStatus>().Where(s => s != DeliveryStatus.Sending))
            .Sample((outcome, trigger, cancelled, active, retry, was) =>
            {
                var context = new AttemptContext { Trigger = trigger, RunAttempts = 2, ResumeStatus = was, CancelRequested = cancelled, WebhookActive = active };

                var verdict = AttemptVerdict.Of(outcome, context, retry ? Retry : null, Now);

                verdict.Status.ShouldNotBe(DeliveryStatus.Sending);
                (verdict.NextAttemptAt is not null).ShouldBe(verdict.Status == DeliveryStatus.Pending);
            });

    private static AttemptVerdict Of(string what, string situation, AttemptTrigger trigger, DeliveryStatus? was = null, DateTimeOffset? resumeAt = null)
    {
        var outcome = what switch
        {
            "succeeded" => AttemptOutcome.Succeeded,
            "interrupted" => AttemptOutcome.Interrupted,
            _ => AttemptOutcome.HttpStatus,
        };
        var context = new AttemptContext
        {
            Trigger = trigger,
            RunAttempts = 2,
            ResumeStatus = was,
            ResumeAt = resumeAt,
            CancelRequested = situation.Contains("cancelled", StringComparison.Ordinal),
            WebhookActive = !situation.Contains("inactive", StringComparison.Ordinal),
        };
        return AttemptVerdict.Of(outcome, context, situation.Contains("retry", StringComparison.Ordinal) ? Retry : null, Now);
    }
}
