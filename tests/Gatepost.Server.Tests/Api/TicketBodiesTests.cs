using System.Text.Json;
using Gatepost.Server.Api;
using Gatepost.Surveys;
using Gatepost.Tickets;

namespace Gatepost.Server.Tests.Api;

/// <summary>How the bodies of ticket routes are read and written, without a host.</summary>
public sealed class TicketBodiesTests
{
    private static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Read_Change_TellsAbsentFromNull()
    {
        var input = Read<TicketInput>("""{"requester": {"email": "ada@example.com"}, "description": null, "customFields": {"a": [1]}, "tags": ["x", null]}""");

        (input.Subject.IsGiven, input.Description.IsGiven, input.Description.Value).ShouldBe((false, true, null));
        input.Requester.Value.ShouldBe(new Contact { Email = "ada@example.com" });
        input.CustomFields.Value!["a"].GetRawText().ShouldBe("[1]");
        input.Tags.Value.ShouldBe(["x", null]);
    }

    [Theory]
    [InlineData("""{"subject": "x", "status": "open"}""", "unknown_member")]
    [InlineData("""{"requester": {"mail": "x"}}""", "unknown_member")]
    [InlineData("""{"customFields": []}""", "wrong_type")]
    [InlineData("""{"customFields": {"a": {"b": 1, "b": 2}}}""", "duplicate_member")]
    [InlineData("""{"subject": "\ud800"}""", "wrong_type")]
    public void Read_BadCreate_SaysWhy(string json, string code) =>
        JsonFaults.ToProblem(Should.Throw<JsonException>(() => Read<TicketsApi.TicketRequest>(json))).Code.ShouldBe(code);

    [Theory]
    [InlineData("""{"answers": {"q": "x"}}""", "answers.q has the wrong JSON type.")]
    [InlineData("""{"answers": {"q": {"choiceIds": [1]}}}""", "answers.q.choiceIds[0] must be a text.")]
    [InlineData("""{"answers": {"q": {"colour": 1}}}""", "answers.q.colour is not a known member here. Remove it or correct its spelling.")]
    [InlineData("""{"completed": "yes"}""", "completed must be true or false.")]
    public void Read_FaultBelowAnOptionalMember_NamesTheWholePath(string json, string detail) =>
        JsonFaults.ToProblem(Should.Throw<JsonException>(() => Read<ResponseInput>(json))).Detail.ShouldBe(detail);

    [Fact]
    public void Read_FractionForAWholeNumber_SaysSo() =>
        JsonFaults.ToProblem(Should.Throw<JsonException>(() => Read<SlaPolicyInput>("""{"resolution": {"low": 1.5}}"""))).Detail
            .ShouldBe("resolution.low must be a whole number, at most 2147483647.");

    [Fact]
    public void ToInput_NullMembers_AreAsAbsent() =>
        Read<TicketsApi.TicketRequest>("""{"subject": "x", "priority": null, "tags": null}""").ToInput().ShouldBe(new TicketInput { Subject = new(true, "x") });

    [Fact]
    public void Write_Ticket_ShowsItAsEventsDo()
    {
        var ticket = TicketChange.New(new TicketInput { Subject = new(true, "Ü"), Requester = new(true, new Contact()) }, Now);

        JsonSerializer.Serialize<object>(new { data = new object[] { ticket } }, ApiJson.Options).ShouldBe(
            $$$"""
            {"data":[{"id":"{{{ticket.Id}}}","number":0,"subject":"Ü","description":null,"requester":{"name":null,"email":null,"phone":null},"priority":"normal","tags":[],"customFields":{},"status":"open","assigneeId":null,"createdAt":"2025-01-15T10:30:00.000Z","updatedAt":"2025-01-15T10:30:00.000Z"}]}
            """);
    }

    [Fact]
    public void Policy_Shown_MayBePutAgain()
    {
        var policy = Read<SlaPolicyInput>("""{"resolution": {"urgent": 60}, "pauseWhile": ["on_hold"]}""").ToPolicy();

        var shown = JsonSerializer.Serialize(SlaPolicyInput.Of(policy), ApiJson.Options);

        shown.ShouldBe("""{"firstResponse":null,"resolution":{"low":null,"normal":null,"high":null,"urgent":60},"warnAtPercent":80,"pauseWhile":["on_hold"]}""");
        JsonSerializer.Serialize(Read<SlaPolicyInput>(shown).ToPolicy()).ShouldBe(JsonSerializer.Serialize(policy));
    }

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, ApiJson.Options)!;
}
