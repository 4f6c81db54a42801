using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gatepost.Server.OpenApi;

/// <summary>Shows an <see cref="Optional{T}"/> member as the <c>T</c> that is sent.</summary>
internal static class OptionalMembers
{
    /// <param name="options">Of the document only: nothing is read with them.</param>
    public static void Unwrap(JsonSerializerOptions options) => options.TypeInfoResolver = options.TypeInfoResolver!.WithAddedModifier(Unwrap);

    private static void Unwrap(JsonTypeInfo type)
    {
        for (var i = 0; i < type.Properties.Count; i++)
        {
            var member = type.Properties[i];
            if (member.PropertyType is { IsGenericType: true } optional && optional.GetGenericTypeDefinition() == typeof(Optional<>))
                type.Properties[i] = Inner(type, member, optional.GetGenericArguments()[0]);
        }
    }

    private static JsonPropertyInfo Inner(JsonTypeInfo type, JsonPropertyInfo member, Type value)
    {
        var inner = type.CreateJsonPropertyInfo(value, member.Name);
        inner.AttributeProvider = member.AttributeProvider;
        inner.Get = _ => null;
        return inner;
    }
}
