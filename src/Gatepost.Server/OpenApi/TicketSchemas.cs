using Gatepost.Events;
using Gatepost.Tickets;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gatepost.Server.OpenApi;

/// <summary>Tickets and their messages are written by hand, alike in answers and events: the event catalog knows their shape.</summary>
internal static class TicketSchemas
{
    public static Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        if (context.JsonTypeInfo.Type == typeof(Ticket))
            Fill(schema, "ticket", "A ticket; events carry it in the same form.");
        else if (context.JsonTypeInfo.Type == typeof(TicketMessage))
            Fill(schema, "message", "A message or note of a ticket; events carry it in the same form.");
        return Task.CompletedTask;
    }

    /// <summary>To the framework a list of them is one of anything: only the finished document can refer to them.</summary>
    public static Task LinkPagesAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        foreach (var entry in new[] { nameof(Ticket), nameof(TicketMessage) })
            ((OpenApiSchema)document.Components!.Schemas![$"{entry}Page"].Properties!["data"]).Items = new OpenApiSchemaReference(entry, document);
        return Task.CompletedTask;
    }

    // Other publishers may leave members out of an event; our own answers hold all of them.
    private static void Fill(OpenApiSchema schema, string member, string description)
    {
        var read = SchemaText.Read(EventCatalog.Of(EventType.MessageCreated).DataSchema.GetProperty("properties").GetProperty(member));
        schema.Type = JsonSchemaType.Object;
        schema.Description = description;
        schema.Properties = read.Properties;
        schema.Required = read.Properties!.Keys.ToHashSet(StringComparer.Ordinal);
    }
}
