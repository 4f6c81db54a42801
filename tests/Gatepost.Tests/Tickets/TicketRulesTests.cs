using System.Text.Json;
using Gatepost.Tickets;

namespace Gatepost.Tests.Tickets;

public sealed class TicketRulesTests
{
    private static readonly TicketInput Valid = new() { Subject = new(true, "Help"), Requester = new(true, new Contact()) };

    [Fact]
    public void Check_LeastInput_IsValid() => Faults(Valid).ShouldBeEmpty();

    [Fact]
    public void Check_NewAndEmpty_NamesEveryMissingMember() => Faults(new TicketInput()).ShouldBe(["subject required", "requester required"]);

    [Fact]
    public void Check_ChangeAndEmpty_IsValid() => Faults(new TicketInput(), isNew: false).ShouldBeEmpty();

    [Fact]
    public void Check_ChangeToNull_RefusesWhatCannotBeRemoved()
    {
        var input = new TicketInput
        {
            Subject = new(true, null),
            Description = new(true, null),
            Requester = new(true, null),
            Priority = new(true, null),
            Status = new(true, null),
            Tags = new(true, null),
            CustomFields = new(true, null),
            AssigneeId = new(true, null),
        };

        Faults(input, isNew: false).ShouldBe(["subject required", "requester required", "priority unknown_priority", "status unknown_status"]);
    }

    [Theory]
    [InlineData(0, "subject too_short")]
    [InlineData(500, null)]
    [InlineData(501, "subject too_long")]
    public void Check_SubjectLength_HasBounds(int length, string? fault) =>
        Faults(Valid with { Subject = new(true, new string('s', length)) }).ShouldBe(fault is null ? [] : [fault]);

    [Fact]
    public void Check_BadRequester_NamesEachPart()
    {
        var requester = new Contact { Name = new string('n', 201), Email = "Ada <ada@example.com>", Phone = " " };

        Faults(Valid with { Requester = new(true, requester) })
            .ShouldBe(["requester.name too_long", "requester.email invalid_email", "requester.phone too_short"]);
    }

    [Fact]
    public void Check_BadTags_NamesEachByIndex()
    {
        string?[] tags = ["a", "", "a", null, new string('t', 101), "A"];

        Faults(Valid with { Tags = new(true, tags) }).ShouldBe(["tags[1] too_short", "tags[2] duplicate", "tags[3] required", "tags[4] too_long"]);
        Faults(Valid with { Tags = new(true, [.. Enumerable.Range(0, 51).Select(i => $"t{i}")]) }).ShouldBe(["tags too_many"]);
    }

    [Theory]
    [InlineData("""{"a": {"b": [1, null, "ä"]}}""", null)]
    [InlineData("""{"a": "\ud800"}""", "customFields invalid_text")]
    public void Check_CustomFields_TakesAnyWholeText(string json, string? fault) =>
        Faults(Valid with { CustomFields = new(true, Members(json)) }).ShouldBe(fault is null ? [] : [fault]);

    [Fact]
    public void Check_CustomFields_HaveBounds()
    {
        // {"a":"..."} is 8 bytes around the text.
        Faults(Valid with { CustomFields = new(true, Members($$"""{"a":"{{new string('x', 32_760)}}"}""")) }).ShouldBeEmpty();
        Faults(Valid with { CustomFields = new(true, Members($$"""{"a":"{{new string('x', 32_761)}}"}""")) }).ShouldBe(["customFields too_large"]);
        Faults(Valid with { CustomFields = new(true, Members($$"""{"a":{{new string('[', 31)}}{{new string(']', 31)}}}""")) }).ShouldBeEmpty();
        Faults(Valid with { CustomFields = new(true, Members($$"""{"a":{{new string('[', 32)}}{{new string(']', 32)}}}""")) }).ShouldBe(["customFields too_deep"]);
    }

    [Theory]
    [InlineData("0190a5c8-7e8f-7c2e-9d3b-2f6f3f3f3f3f", null)]
    [InlineData("{0190a5c8-7e8f-7c2e-9d3b-2f6f3f3f3f3f}", "assigneeId invalid_uuid")]
    [InlineData("ann", "assigneeId invalid_uuid")]
    public void Check_AssigneeId_IsAUuid(string id, string? fault) =>
        Faults(Valid with { AssigneeId = new(true, id) }).ShouldBe(fault is null ? [] : [fault]);

    [Fact]
    public void Check_BadMessage_NamesEveryFault()
    {
        var faults = new FaultList();

        new MessageInput { BodyHtml = new string('h', 500_001), Direction = "up", Channel = "", Author = new Contact { Email = "x" } }.Check(faults);

        Names(faults).ShouldBe(["body required", "bodyHtml too_long", "direction unknown_direction", "channel too_short", "author.email invalid_email"]);
    }

    [Fact]
    public void Check_BadPolicy_NamesEveryFault()
    {
        var faults = new FaultList();
        var policy = new SlaPolicyInput
        {
            FirstResponse = new SlaLimits { Low = 0, Urgent = 1 },
            Resolution = new SlaLimits { High = 525_601 },
            WarnAtPercent = 100,
            PauseWhile = ["pending", "pending", "asleep"],
        };

        policy.Check(faults);

        Names(faults).ShouldBe(
            ["firstResponse.low out_of_range", "resolution.high out_of_range", "warnAtPercent out_of_range", "pauseWhile[1] duplicate", "pauseWhile[2] unknown_status"]);
    }

    private static Dictionary<string, JsonElement> Members(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;

    private static string[] Faults(TicketInput input, bool isNew = true)
    {
        var faults = new FaultList();
        TicketRules.Check(input, isNew, faults);
        return Names(faults);
    }

    private static string[] Names(FaultList faults) =>
        faults.Any ? [.. faults.ToProblem().Errors!.SelectMany(e => e.Value.Select(f => $"{e.Key} {f.Code}"))] : [];
}
