using System.Reflection;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gatepost.Server.OpenApi;

/// <summary>Two shapes that the framework cannot see: instants, which a converter of ours writes, and dictionaries whose values may be null.</summary>
internal static class ValueSchemas
{
    private static readonly OpenApiSchema Null = new() { Type = JsonSchemaType.Null };

    public static Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(DateTimeOffset))
            schema.Type = JsonSchemaType.String;
        else if (type == typeof(DateTimeOffset?))
            schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
        else if (schema.AdditionalProperties is { } values && context.JsonPropertyInfo?.AttributeProvider is PropertyInfo member && HoldsNulls(member))
            schema.AdditionalProperties = OrNull(values);
        return Task.CompletedTask;
    }

    private static bool HoldsNulls(PropertyInfo member)
    {
        var nullability = new NullabilityInfoContext().Create(member);
        if (nullability.Type.IsGenericType && nullability.Type.GetGenericTypeDefinition() == typeof(Optional<>))
            nullability = nullability.GenericTypeArguments[0];
        return nullability.GenericTypeArguments is [_, { ReadState: NullabilityState.Nullable }];
    }

    private static OpenApiSchema OrNull(IOpenApiSchema values)
    {
        if (values is not OpenApiSchema { Type: { } type, Properties: null } inline)
            return new OpenApiSchema { OneOf = [Null, values] };
        inline.Type = type | JsonSchemaType.Null;
        return inline;
    }
}
