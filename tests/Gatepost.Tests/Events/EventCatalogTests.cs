using System.Text.Json;
using Gatepost.Events;

namespace Gatepost.Tests.Events;

public sealed class EventCatalogTests
{
    public static TheoryData<string> Types => [.. EventCatalog.All.Select(d => d.Name)];

    [Fact]
    public void All_EveryType_IsThereOnce() => EventCatalog.All.Select(d => d.Type).ShouldBe(Enum.GetValues<EventType>());

    [Theory]
    [MemberData(nameof(Types))]
    public void Example_OfData_IsValid(string type)
    {
        var (definition, faults) = (Definition(type), new FaultList());

        definition.Data.Check(definition.DataExample, faults).ShouldBeTrue(string.Join(", ", faults.ToProblem().Errors!.Keys));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Example_OfEnvelope_FollowsEnvelopeSchema(string type)
    {
        var (definition, faults) = (Definition(type), new FaultList());

        EventSchemaCompiler.Compile(definition.EnvelopeSchema).Check(definition.EnvelopeExample, faults, "body").ShouldBeTrue();

        definition.EnvelopeExample.GetProperty("eventType").GetString().ShouldBe(type);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Example_OfData_ShowsEveryMemberOfTheSchema(string type)
    {
        var definition = Definition(type);

        Members(definition.DataExample).ShouldBe(Members(definition.DataSchema.GetProperty("properties")));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Schema_OfAnyType_StandsAlone(string type)
    {
        var text = Definition(type).EnvelopeSchema.GetRawText();

        text.ShouldNotContain("$ref");
        text.ShouldContain("https://json-schema.org/draft/2020-12/schema");
    }

    [Fact]
    public void Schema_OfTicket_HasTheFieldsOfTheApi() =>
        Members(Definition("ticket.created").DataExample.GetProperty("ticket")).ShouldBe(
        [
            "id", "number", "subject", "description", "requester", "status", "priority", "tags", "customFields", "assigneeId", "createdAt", "updatedAt",
        ]);

    [Theory]
    [InlineData("ticket.resolved", "organizationId")]
    [InlineData("survey.response_completed", "surveyId")]
    public void EnvelopeSchema_OfEitherScope_NamesItsOwner(string type, string owner) =>
        Members(Definition(type).EnvelopeSchema.GetProperty("properties")).ShouldBe([owner, "eventType", "eventId", "timestamp", "data"]);

    private static EventDefinition Definition(string type) => EventCatalog.All.Single(d => d.Name == type);

    private static IEnumerable<string> Members(JsonElement value) => value.EnumerateObject().Select(m => m.Name);
}
