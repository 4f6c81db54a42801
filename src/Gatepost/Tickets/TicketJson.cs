using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatepost.Tickets;

/// <summary>Writes a ticket: the one place that decides how answers and events show it.</summary>
internal sealed class TicketJson : JsonConverter<Ticket>
{
    /// <summary>For texts that are stored or measured: non-ASCII stays readable and short.</summary>
    public static JsonSerializerOptions Relaxed { get; } = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write(Utf8JsonWriter writer, Ticket value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("id", value.Id);
        writer.WriteNumber("number", value.Number);
        foreach (var detail in TicketDetail.All)
        {
            writer.WritePropertyName(detail.Name);
            detail.Write(writer, value);
        }

        writer.WriteString("status", value.Status.Name());
        WriteId(writer, "assigneeId", value.AssigneeId);
        writer.WriteString("createdAt", value.CreatedAt.ToText());
        writer.WriteString("updatedAt", value.UpdatedAt.ToText());
        writer.WriteEndObject();
    }

    public override Ticket Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Tickets are only written; what clients send is a TicketInput.");

    public static void WriteId(Utf8JsonWriter writer, string name, Guid? id)
    {
        if (id is { } value)
            writer.WriteString(name, value);
        else
            writer.WriteNull(name);
    }

    public static void WriteContact(Utf8JsonWriter writer, Contact contact)
    {
        writer.WriteStartObject();
        writer.WriteString("name", contact.Name);
        writer.WriteString("email", contact.Email);
        writer.WriteString("phone", contact.Phone);
        writer.WriteEndObject();
    }
}
