using System.Text.Json;
using Gatepost.Events;
using NJsonSchema;

namespace Gatepost.Tests.Events;

/// <summary>Our compiled checks against an independent implementation of JSON Schema, over the published schemas.</summary>
public sealed class EventSchemaOracleTests
{
    public static TheoryData<string> Types => [.. EventCatalog.All.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Check_SpoiledExample_AgreesWithOracle(string type)
    {
        var definition = EventCatalog.All.Single(d => d.Name == type);
        var oracle = await JsonSchema.FromJsonAsync(definition.DataSchema.GetRawText(), TestContext.Current.CancellationToken);

        var mutations = JsonMutations.Of(definition.DataExample.GetRawText()).ToList();
        var disagreements = mutations.Where(m => IsValid(definition, m) != (oracle.Validate(m).Count == 0));

        disagreements.ShouldBeEmpty();
        mutations.Count(m => !IsValid(definition, m)).ShouldBeInRange(mutations.Count / 10, mutations.Count * 9 / 10);
    }

    private static bool IsValid(EventDefinition definition, string json) => definition.Data.Check(JsonElement.Parse(json), new FaultList());
}
