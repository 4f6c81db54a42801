using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatepost.Events.Schemas;

namespace Gatepost.Events;

/// <summary>Every event type with its schema and example, from the documents embedded beside this file.</summary>
internal static class EventCatalog
{
    private static readonly Dictionary<EventType, EventDefinition> Definitions = LoadAll();

    /// <summary>In the order of their numbers; the test event, which nobody subscribes to, comes last.</summary>
    public static IReadOnlyList<EventDefinition> All { get; } = [.. Definitions.Values.OrderBy(d => d.Type)];

    public static EventDefinition Of(EventType type) => Definitions[type];

    private static Dictionary<EventType, EventDefinition> LoadAll()
    {
        var definitions = Read("shared")["$defs"]!.AsObject();
        return Enum.GetValues<EventType>().ToDictionary(type => type, type => Load(type, definitions));
    }

    private static EventDefinition Load(EventType type, JsonObject definitions)
    {
        var schema = SchemaReferences.Inline(Read(type.Name()), definitions)!.AsObject();
        var example = schema["examples"]![0].ToElement();
        schema.Remove("examples");
        return new EventDefinition
        {
            Type = type,
            Description = schema["description"]!.GetValue<string>(),
            DataSchema = schema.ToElement(),
            DataExample = example,
            EnvelopeSchema = EventEnvelope.Schema(type, schema).ToElement(),
            EnvelopeExample = EventEnvelope.Example(type, example),
            Data = EventSchemaCompiler.Compile(schema.ToElement()),
        };
    }

    private static JsonObject Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Gatepost.Events.Schemas.{name}.json")
            ?? throw new InvalidOperationException($"The schema {name}.json is not embedded.");
        return JsonNode.Parse(stream)!.AsObject();
    }

    private static JsonElement ToElement(this JsonNode? node) => JsonSerializer.SerializeToElement(node);
}
