using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatepost.Server.Api;
using Gatepost.Tickets;
using Microsoft.AspNetCore.OpenApi;

namespace Gatepost.Server.OpenApi;

/// <summary>The names of the document's schemas: our records' without what only the code needs.</summary>
internal static class SchemaNames
{
    private const string View = "View";

    /// <returns>Null for what is written where it is used.</returns>
    public static string? Of(JsonTypeInfo info)
    {
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        if (type == typeof(JsonElement))
            return null; // any JSON
        var isNamed = type == typeof(Ticket) || type == typeof(TicketMessage) || OpenApiOptions.CreateDefaultSchemaReferenceId(info) is not null;
        return isNamed ? Of(type) : null;
    }

    private static string Of(Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(PageView<>))
            return Of(type.GetGenericArguments()[0]) + "Page";
        if (type == typeof(SlaPolicyInput))
            return "SlaPolicy"; // sent and shown alike
        return type.Name.EndsWith(View, StringComparison.Ordinal) ? type.Name[..^View.Length] : type.Name;
    }
}
