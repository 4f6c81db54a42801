using System.Text.Json.Nodes;

namespace Gatepost.Events.Schemas;

/// <summary>
/// Puts shared definitions in the place of each <c>$ref</c>. A schema without references means the same wherever it is pasted:
/// in an answer, inside an envelope, in an OpenAPI document.
/// </summary>
internal static class SchemaReferences
{
    private const string Shared = "shared.json#/$defs/";

    public static JsonNode? Inline(JsonNode? schema, JsonObject definitions) => schema switch
    {
        JsonObject o when o.ContainsKey("$ref") => Resolve(o, definitions),
        JsonObject o => new JsonObject(o.Select(m => KeyValuePair.Create(m.Key, Inline(m.Value, definitions)))),
        JsonArray a => new JsonArray([.. a.Select(item => Inline(item, definitions))]),
        _ => schema?.DeepClone(),
    };

    private static JsonNode Resolve(JsonObject reference, JsonObject definitions)
    {
        var target = reference["$ref"]!.GetValue<string>();
        if (!target.StartsWith(Shared, StringComparison.Ordinal) || definitions[target[Shared.Length..]] is not JsonObject definition)
            throw new NotSupportedException($"The reference {target} leads nowhere.");
        var resolved = Inline(definition, definitions)!;
        foreach (var (keyword, value) in reference.Where(m => m.Key != "$ref"))
        {
            // A rule beside a reference would have to hold as well as the definition's own, not in its stead.
            if (keyword != "description")
                throw new NotSupportedException($"Beside a reference only a description may stand, not {keyword}.");
            resolved[keyword] = value?.DeepClone();
        }

        return resolved;
    }
}
