using Gatepost.Webhooks;

namespace Gatepost.Tests.Webhooks;

public sealed class WebhookRulesTests
{
    private static readonly WebhookInput Valid = new()
    {
        Name = new(true, "Orders"),
        Url = new(true, "https://example.com/hook"),
        Events = new(true, ["ticket.created"]),
    };

    [Fact]
    public void Check_LeastInput_IsValid() => Faults(Valid).ShouldBeEmpty();

    [Fact]
    public void Check_NewAndEmpty_NamesEveryMissingMember() =>
        Faults(new WebhookInput()).ShouldBe(["name required", "url required", "events required"]);

    [Fact]
    public void Check_ChangeAndEmpty_IsValid() => Faults(new WebhookInput(), isNew: false).ShouldBeEmpty();

    [Fact]
    public void Check_ChangeToNull_RefusesWhatCannotBeRemoved()
    {
        var input = new WebhookInput
        {
            Name = new(true, null),
            Url = new(true, null),
            Events = new(true, null),
            Secret = new(true, null),
            Headers = new(true, null),
            Active = new(true, null),
            RetryPolicy = new(true, null),
        };

        Faults(input, isNew: false).ShouldBe(["name required", "url required", "events required", "active required"]);
    }

    [Theory]
    [InlineData(0, "name too_short")]
    [InlineData(1, null)]
    [InlineData(200, null)]
    [InlineData(201, "name too_long")]
    public void Check_NameLength_HasBounds(int length, string? fault) =>
        Faults(Valid with { Name = new(true, new string('n', length)) }).ShouldBe(fault is null ? [] : [fault]);

    [Theory]
    [InlineData(15, "secret too_short")]
    [InlineData(16, null)]
    [InlineData(500, null)]
    [InlineData(501, "secret too_long")]
    public void Check_SecretLength_HasBounds(int length, string? fault) =>
        Faults(Valid with { Secret = new(true, new string('s', length)) }).ShouldBe(fault is null ? [] : [fault]);

    [Fact]
    public void Check_BadEvents_NamesEachByIndex()
    {
        string?[] events = ["ticket.created", "ticket.exploded", "survey.response_completed", "ticket.created", "webhook.test", null];

        Faults(Valid with { Events = new(true, events) }).ShouldBe(
        [
            "events[1] unknown_event_type", "events[2] survey_event_type", "events[3] duplicate", "events[4] unknown_event_type", "events[5] unknown_event_type",
        ]);
    }

    [Fact]
    public void Check_FiftyOneEvents_SaysTooMany() =>
        Faults(Valid with { Events = new(true, [.. Enumerable.Repeat("x", 51)]) }).ShouldContain("events too_many");

    [Fact]
    public void Check_SurveyScope_NeedsNoEvents()
    {
        var faults = new FaultList();

        WebhookRules.Check(Valid with { Events = default }, WebhookScope.OfSurvey(Guid.NewGuid()), isNew: true, faults);

        faults.Any.ShouldBeFalse();
    }

    [Fact]
    public void Check_RetryPolicy_HasBounds()
    {
        Faults(Valid with { RetryPolicy = new(true, []) }).ShouldBeEmpty();
        Faults(Valid with { RetryPolicy = new(true, [1, 604_800]) }).ShouldBeEmpty();
        Faults(Valid with { RetryPolicy = new(true, [0, 5, 604_801]) }).ShouldBe(["retryPolicy[0] out_of_range", "retryPolicy[2] out_of_range"]);
        Faults(Valid with { RetryPolicy = new(true, [.. Enumerable.Repeat(1, 11)]) }).ShouldBe(["retryPolicy too_many"]);
    }

    private static string[] Faults(WebhookInput input, bool isNew = true)
    {
        var faults = new FaultList();
        WebhookRules.Check(input, WebhookScope.Tickets, isNew, faults);
        return faults.Any ? [.. faults.ToProblem().Errors!.SelectMany(e => e.Value.Select(f => $"{e.Key} {f.Code}"))] : [];
    }
}
