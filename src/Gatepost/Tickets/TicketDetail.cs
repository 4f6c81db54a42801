using System.Text.Json;

namespace Gatepost.Tickets;

/// <summary>A member whose change raises <c>ticket.updated</c>: its name, when it counts as unchanged, and how it is written.</summary>
internal sealed record TicketDetail(string Name, Func<Ticket, Ticket, bool> IsSame, Action<Utf8JsonWriter, Ticket> Write)
{
    /// <summary>In the order in which a ticket shows them.</summary>
    public static IReadOnlyList<TicketDetail> All { get; } =
    [
        new("subject", (a, b) => a.Subject == b.Subject, (json, t) => json.WriteStringValue(t.Subject)),
        new("description", (a, b) => a.Description == b.Description, (json, t) => json.WriteStringValue(t.Description)),
        new("requester", (a, b) => a.Requester == b.Requester, (json, t) => TicketJson.WriteContact(json, t.Requester)),
        new("priority", (a, b) => a.Priority == b.Priority, (json, t) => json.WriteStringValue(t.Priority.Name())),
        new("tags", (a, b) => a.Tags.SequenceEqual(b.Tags), WriteTags),
        new("customFields", (a, b) => CustomFields.AreSame(a.CustomFields, b.CustomFields), (json, t) => t.CustomFields.WriteTo(json)),
    ];

    public static bool AreSame(Ticket a, Ticket b) => All.All(detail => detail.IsSame(a, b));

    private static void WriteTags(Utf8JsonWriter json, Ticket ticket)
    {
        json.WriteStartArray();
        foreach (var tag in ticket.Tags)
            json.WriteStringValue(tag);
        json.WriteEndArray();
    }
}
