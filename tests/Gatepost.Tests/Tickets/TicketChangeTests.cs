using System.Text.Json;
using System.Text.Json.Nodes;
using Gatepost.Events;
using Gatepost.Organizations;
using Gatepost.Tickets;

namespace Gatepost.Tests.Tickets;

public sealed class TicketChangeTests
{
    private static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);
    private static readonly Guid Ann = Guid.Parse("0190a5c8-7e8f-7c2e-9d3b-2f6f3f3f3f3f");

    private static readonly Ticket Present = TicketChange.New(
        new TicketInput
        {
            Subject = new(true, "Help"),
            Requester = new(true, new Contact { Name = "Ada", Email = "ada@example.com" }),
            Tags = new(true, ["a"]),
            CustomFields = new(true, Members("""{"plan":"gold","n":1}""")),
        },
        Now.AddHours(-1)) with
    { Number = 7 };

    [Fact]
    public void New_LeastInput_HasTheDefaults() =>
        (Present.Status, Present.Priority, Present.AssigneeId, Present.Description).ShouldBe((TicketStatus.Open, TicketPriority.Normal, null, null));

    [Fact]
    public void Of_SameValuesAgain_ChangesNothing()
    {
        var input = new TicketInput
        {
            Subject = new(true, "Help"),
            Description = new(true, null),
            Requester = new(true, new Contact { Name = "Ada", Email = "ada@example.com" }),
            Priority = new(true, "normal"),
            Status = new(true, "open"),
            Tags = new(true, ["a"]),
            CustomFields = new(true, Members("""{ "n": 1.0, "plan": "gold" }""")),
            AssigneeId = new(true, null),
        };

        var change = TicketChange.Of(Present, input, Now);

        change.After.ShouldBeSameAs(Present);
        change.Events.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("1e9999999999", "1e9999999999", 0)]
    [InlineData("1e9999999999", "1e-9999999999", 1)]
    public void Of_NumberThatNothingCanHold_IsComparedAsText(string before, string after, int events)
    {
        var present = Present with { CustomFields = JsonElement.Parse($$"""{"n":{{before}}}""") };
        var input = new TicketInput { CustomFields = new(true, Members($$"""{"n":{{after}}}""")) };

        TicketChange.Of(present, input, Now).Events.Count.ShouldBe(events);
    }

    [Fact]
    public void Of_EverythingAtOnce_RaisesEachEventOnceInOrder()
    {
        var input = new TicketInput { Subject = new(true, "Help!"), Status = new(true, "resolved"), AssigneeId = new(true, Ann.ToString()) };

        var change = TicketChange.Of(Present, input, Now);

        change.Events.Select(e => e.Type).ShouldBe(
            [EventType.TicketUpdated, EventType.TicketStatusChanged, EventType.TicketResolved, EventType.TicketAssigned]);
        change.Events.ShouldAllBe(e => ReferenceEquals(e.Ticket, change.After) && ReferenceEquals(e.Before, Present));
        (change.After.UpdatedAt, change.After.CreatedAt, change.After.Number).ShouldBe((Now, Present.CreatedAt, 7));
    }

    [Theory]
    [InlineData("open", "pending", EventType.TicketStatusChanged)]
    [InlineData("open", "closed", EventType.TicketStatusChanged, EventType.TicketClosed)]
    [InlineData("resolved", "closed", EventType.TicketStatusChanged, EventType.TicketClosed)]
    [InlineData("closed", "open", EventType.TicketStatusChanged)]
    internal void Of_Status_RaisesWhatItEnters(string from, string to, params EventType[] types) =>
        TicketChange.Of(Present with { Status = TicketStatuses.Parse(from) }, new TicketInput { Status = new(true, to) }, Now)
            .Events.Select(e => e.Type).ShouldBe(types);

    [Fact]
    public void Of_Null_RemovesWhatMayBeMissing()
    {
        var input = new TicketInput { Description = new(true, null), Tags = new(true, null), CustomFields = new(true, null), AssigneeId = new(true, null) };

        var after = TicketChange.Of(Present with { Description = "d", AssigneeId = Ann }, input, Now).After;

        (after.Description, after.Tags.Count, after.CustomFields.GetRawText(), after.AssigneeId).ShouldBe((null, 0, "{}", null));
    }

    [Fact]
    public void Render_Updated_HasTheWholeEnvelope()
    {
        var input = new TicketInput { Priority = new(true, "high"), Tags = new(true, ["a", "ü"]) };
        var organization = new OrganizationRef(3, Guid.NewGuid());

        var rendered = TicketPayload.Render(organization, 9, TicketChange.Of(Present, input, Now).Events.Single(), Now);

        (rendered.Type, rendered.TicketSeq, rendered.Timestamp).ShouldBe((EventType.TicketUpdated, 9, Now));
        JsonNode.DeepEquals(JsonNode.Parse(rendered.Payload), JsonNode.Parse(
            $$"""
            {"organizationId": "{{organization.Id}}", "eventType": "ticket.updated", "eventId": "{{rendered.Id}}", "timestamp": "2025-01-15T10:30:00.000Z",
             "data": {"ticket": {"id": "{{Present.Id}}", "number": 7, "subject": "Help", "description": null,
               "requester": {"name": "Ada", "email": "ada@example.com", "phone": null}, "priority": "high", "tags": ["a", "ü"],
               "customFields": {"plan": "gold", "n": 1}, "status": "open", "assigneeId": null,
               "createdAt": "2025-01-15T09:30:00.000Z", "updatedAt": "2025-01-15T10:30:00.000Z"},
              "changes": {"priority": {"from": "normal", "to": "high"}, "tags": {"from": ["a"], "to": ["a", "ü"]} } } }
            """)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("resolved", null, """{"previousStatus":"open"}""", """{"previousStatus":"open"}""")]
    [InlineData(null, "0190a5c8-7e8f-7c2e-9d3b-2f6f3f3f3f3f", """{"previousAssigneeId":null}""")]
    public void WriteData_Change_SaysWhatItWasBefore(string? status, string? assignee, params string[] extras) =>
        TicketChange.Of(Present, new TicketInput { Status = new(status is not null, status), AssigneeId = new(assignee is not null, assignee) }, Now)
            .Events.Select(ExtrasOf).ShouldBe(extras);

    [Fact]
    public void WriteData_Message_HoldsIt()
    {
        var message = new MessageInput { Body = "Hi", Direction = "note" }.ToMessage(Present.Id, Now);

        ExtrasOf(new TicketEvent(EventType.MessageCreated, Present) { Message = message }).ShouldBe(
            $$$"""
            {"message":{"id":"{{{message.Id}}}","ticketId":"{{{Present.Id}}}","direction":"note","channel":null,"author":null,"body":"Hi","bodyHtml":null,"attachments":[],"createdAt":"2025-01-15T10:30:00.000Z"}}
            """);
    }

    [Fact]
    public void WriteData_Sla_NamesTargetAndDeadline() =>
        ExtrasOf(TicketEvent.Of(Present, new SlaSignal(EventType.TicketSlaWarning, SlaTarget.FirstResponse, Now)))
            .ShouldBe("""{"sla":{"target":"firstResponse","dueAt":"2025-01-15T10:30:00.000Z"}}""");

    private static Dictionary<string, JsonElement> Members(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;

    private static string ExtrasOf(TicketEvent e)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
            TicketPayload.WriteData(json, e);
        var data = JsonNode.Parse(bytes.ToArray())!.AsObject();
        data.Remove("ticket").ShouldBeTrue();
        return data.ToJsonString();
    }
}
