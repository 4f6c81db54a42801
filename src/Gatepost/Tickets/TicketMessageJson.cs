using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatepost.Tickets;

/// <summary>Writes a message: the one place that decides how answers and events show it.</summary>
internal sealed class TicketMessageJson : JsonConverter<TicketMessage>
{
    public override void Write(Utf8JsonWriter writer, TicketMessage value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("id", value.Id);
        writer.WriteString("ticketId", value.TicketId);
        writer.WriteString("direction", value.Direction.Name());
        writer.WriteString("channel", value.Channel);
        writer.WritePropertyName("author");
        if (value.Author is { } author)
            TicketJson.WriteContact(writer, author);
        else
            writer.WriteNullValue();
        writer.WriteString("body", value.Body);
        writer.WriteString("bodyHtml", value.BodyHtml);
        writer.WriteStartArray("attachments");
        foreach (var attachment in value.Attachments)
            WriteAttachment(writer, value, attachment);
        writer.WriteEndArray();
        writer.WriteString("createdAt", value.CreatedAt.ToText());
        writer.WriteEndObject();
    }

    public override TicketMessage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Messages are only written; what clients send is a MessageInput.");

    private static void WriteAttachment(Utf8JsonWriter writer, TicketMessage message, TicketAttachment attachment)
    {
        writer.WriteStartObject();
        writer.WriteString("id", attachment.Id);
        writer.WriteString("fileName", attachment.FileName);
        writer.WriteString("contentType", attachment.ContentType);
        if (attachment.Size is { } size)
            writer.WriteNumber("size", size);
        else
            writer.WriteNull("size");
        writer.WriteBoolean("inline", attachment.Inline);
        writer.WriteString("contentId", attachment.ContentId);
        writer.WriteBoolean("blocked", attachment.Blocked);
        writer.WriteString("url", attachment.Size is null ? attachment.Url : $"/v1/tickets/{message.TicketId}/messages/{message.Id}/attachments/{attachment.Id}");
        writer.WriteEndObject();
    }
}
