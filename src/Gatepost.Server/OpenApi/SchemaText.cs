using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Gatepost.Server.OpenApi;

/// <summary>Turns a JSON Schema of the event catalog into one of the document.</summary>
internal static class SchemaText
{
    public static OpenApiSchema Read(JsonElement schema)
    {
        var json = JsonNode.Parse(schema.GetRawText())!.AsObject();
        json.Remove("$schema");
        return OpenApiModelFactory.Parse<OpenApiSchema>(json.ToJsonString(), OpenApiSpecVersion.OpenApi3_1, new OpenApiDocument(), out var faults)
            is { } read && faults.Errors.Count == 0
            ? read
            : throw new InvalidOperationException($"A schema of the event catalog cannot be read: {faults.Errors.FirstOrDefault()?.Message}");
    }
}
