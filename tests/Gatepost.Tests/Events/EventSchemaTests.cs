using System.Text.Json;
using CsCheck;
using Gatepost.Events;

namespace Gatepost.Tests.Events;

public sealed class EventSchemaTests
{
    private const string Id = "0194687b-3c1e-7a52-9d0f-2b6f5a1c8e44";

    [Fact]
    public void Check_SeveralFaults_NamesEach()
    {
        var data = $$$"""
            {"ticket":{"id":"{{{Id}}}","status":"new","tags":["a",1,null],"requester":{"email":7}},"message":{"body":"x","createdAt":"now"}}
            """;

        Faults(EventType.MessageCreated, data).ShouldBe(
        [
            "data.message.createdAt invalid_instant", "data.message.id required", "data.ticket.requester.email wrong_type",
            "data.ticket.status unknown_value", "data.ticket.tags[1] wrong_type", "data.ticket.tags[2] wrong_type",
        ]);
    }

    [Theory]
    [InlineData("""{"changes":{}}""", "data.ticket required")]
    [InlineData("""{"ticket":{}, "changes":{}}""", "data.ticket.id required")]
    [InlineData("""{"ticket":{"id":"7"}, "changes":{}}""", "data.ticket.id invalid_uuid")]
    [InlineData("""{"ticket":{"id":"0194687b3c1e7a529d0f2b6f5a1c8e44"}, "changes":{}}""", "data.ticket.id invalid_uuid")]
    [InlineData("""{"ticket":{"id":"0194687b-3c1e-7a52-9d0f-2b6f5a1c8e44","number":1.5}, "changes":{}}""", "data.ticket.number wrong_type")]
    [InlineData("""{"ticket":{"id":"0194687b-3c1e-7a52-9d0f-2b6f5a1c8e44","subject":""}, "changes":{}}""", "data.ticket.subject too_short")]
    [InlineData("""{"ticket":{"id":"0194687b-3c1e-7a52-9d0f-2b6f5a1c8e44"}, "changes":{"tags":{"to":[]}}}""", "data.changes.tags.from required")]
    [InlineData("[]", "data wrong_type")]
    public void Check_OneFault_IsNamed(string data, string fault) => Faults(EventType.TicketUpdated, data).ShouldBe([fault]);

    [Fact]
    public void Check_NoData_IsRequired()
    {
        var faults = new FaultList();

        EventCatalog.Of(EventType.TicketCreated).Data.Check(default, faults, "events[3].data").ShouldBeFalse();

        faults.ToProblem().Errors!.Keys.ShouldBe(["events[3].data"]);
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e2")]
    [InlineData("123456789012345678901234567890")]
    public void Check_NumberWithoutFraction_IsAnInteger(string number) =>
        Faults(EventType.TicketCreated, $$$"""{"ticket":{"id":"{{{Id}}}","number":{{{number}}}}}""").ShouldBeEmpty();

    [Fact]
    public void Check_EscapedAscii_MeansTheSame() =>
        Faults(
            EventType.TicketCreated,
            """{"t\u0069cket":{"id":"\u0030194687b-3c1e-7a52-9d0f-2b6f5a1c8e44","status":"on\u005fhold","createdAt":"2025-01-15T10:30:00\u002B01:00"}}""")
            .ShouldBeEmpty();

    [Theory]
    [InlineData("""{"ticket":{"id":"\ud800","\udfff":1}}""", "data.ticket.id invalid_uuid")]
    [InlineData("""{"ticket":{"id":"0194687b-3c1e-7a52-9d0f-2b6f5a1c8e44","status":"\ud800"}}""", "data.ticket.status unknown_value")]
    public void Check_HalfASurrogatePair_IsNoCrash(string data, string fault) => Faults(EventType.TicketCreated, data).ShouldBe([fault]);

    [Theory]
    [InlineData(500, true)]
    [InlineData(501, false)]
    public void Check_Length_CountsCharactersNotUnits(int length, bool valid)
    {
        var plain = string.Concat(Enumerable.Repeat("😀", length));
        var escaped = string.Concat(Enumerable.Repeat("""\ud83d\ude00""", length));

        Faults(EventType.TicketCreated, Ticket(plain)).Count.ShouldBe(valid ? 0 : 1);
        Faults(EventType.TicketCreated, Ticket(escaped)).Count.ShouldBe(valid ? 0 : 1);
    }

    [Fact]
    public void Check_AnyText_NeverThrows() =>
        Gen.String.Sample(text => Faults(EventType.TicketCreated, $$$"""{"ticket":{"status":{{{JsonSerializer.Serialize(text)}}} }}""").Count == 2);

    [Fact]
    public void Check_HalfAMillionFaults_NamesTheFirstHundred()
    {
        var tags = string.Join(',', Enumerable.Repeat(0, 500_000));

        Faults(EventType.TicketCreated, $$$"""{"ticket":{"id":"{{{Id}}}","tags":[{{{tags}}}]}}""").Count.ShouldBe(100);
    }

    [Fact]
    public void Check_Valid_AllocatesNothing()
    {
        var definition = EventCatalog.Of(EventType.MessageCreated);
        var faults = new FaultList();
        definition.Data.Check(definition.DataExample, faults);

        var before = GC.GetAllocatedBytesForCurrentThread();
        definition.Data.Check(definition.DataExample, faults).ShouldBeTrue();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static string Ticket(string subject) => $$$"""{"ticket":{"id":"{{{Id}}}","subject":"{{{subject}}}"}}""";

    private static List<string> Faults(EventType type, string data)
    {
        var faults = new FaultList();
        EventCatalog.Of(type).Data.Check(JsonElement.Parse(data), faults).ShouldBe(!faults.Any);
        return [.. faults.ToProblem().Errors!.SelectMany(e => e.Value.Select(f => $"{e.Key} {f.Code}")).Order(StringComparer.Ordinal)];
    }
}
