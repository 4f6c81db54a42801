using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gatepost.Server.OpenApi;

/// <summary>Answers hold every member; what clients send needs only what its route says.</summary>
internal static class RequiredMembers
{
    public static Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object && schema.Properties is { Count: > 0 })
            schema.Required = context.JsonTypeInfo.Properties.Where(IsAlwaysWritten).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        // What is left out instead of null is never null.
        if (context.JsonPropertyInfo is { } member && !IsAlwaysWritten(member))
            schema.Type &= ~JsonSchemaType.Null;
        return Task.CompletedTask;
    }

    /// <summary>One schema may be both sent and shown: what a request can reach requires nothing by itself, and takes no unknown member.</summary>
    public static Task LimitSentAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations!.Values))
        {
            foreach (var content in operation.RequestBody?.Content?.Values ?? [])
                Limit(content.Schema, document, seen);
        }

        return Task.CompletedTask;
    }

    private static void Limit(IOpenApiSchema? schema, OpenApiDocument document, HashSet<string> seen)
    {
        if (schema is OpenApiSchemaReference { Reference.Id: { } id })
        {
            if (!seen.Add(id))
                return;
            var sent = (OpenApiSchema)document.Components!.Schemas![id];
            sent.Required = null;
            sent.AdditionalPropertiesAllowed = false;
            schema = sent;
        }

        if (schema is null)
            return;
        Limit(schema.Items, document, seen);
        Limit(schema.AdditionalProperties, document, seen);
        foreach (var part in (schema.Properties?.Values ?? []).Concat(schema.AllOf ?? []).Concat(schema.OneOf ?? []).Concat(schema.AnyOf ?? []))
            Limit(part, document, seen);
    }

    private static bool IsAlwaysWritten(JsonPropertyInfo member) =>
        member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is not { Length: > 0 };
}
