using System.Text.Json;
using Gatepost.Events;
using Gatepost.Organizations;

namespace Gatepost.Tickets;

/// <summary>Renders ticket events as product.md says: <c>data: {ticket, changes?, previousStatus?, previousAssigneeId?, message?, sla?}</c>.</summary>
internal static class TicketPayload
{
    private static readonly TicketJson Tickets = new();
    private static readonly TicketMessageJson Messages = new();

    public static WebhookEvent Render(OrganizationRef organization, long ticketSeq, TicketEvent e, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        return new WebhookEvent
        {
            Organization = organization,
            Type = e.Type,
            Id = id,
            Timestamp = now,
            TicketSeq = ticketSeq,
            Payload = EventPayload.ForOrganization(organization.Id, e.Type, id, now, e, WriteData),
        };
    }

    public static void WriteData(Utf8JsonWriter json, TicketEvent e)
    {
        json.WriteStartObject();
        json.WritePropertyName("ticket");
        Tickets.Write(json, e.Ticket, TicketJson.Relaxed);
        switch (e.Type)
        {
            case EventType.TicketUpdated:
                WriteChanges(json, e.Before!, e.Ticket);
                break;
            case EventType.TicketStatusChanged or EventType.TicketResolved or EventType.TicketClosed:
                json.WriteString("previousStatus", e.Before!.Status.Name());
                break;
            case EventType.TicketAssigned:
                TicketJson.WriteId(json, "previousAssigneeId", e.Before!.AssigneeId);
                break;
            case EventType.MessageCreated:
                json.WritePropertyName("message");
                Messages.Write(json, e.Message!, TicketJson.Relaxed);
                break;
            case EventType.TicketSlaWarning or EventType.TicketSlaBreached:
                WriteSla(json, e.Sla!);
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteChanges(Utf8JsonWriter json, Ticket before, Ticket after)
    {
        json.WriteStartObject("changes");
        foreach (var detail in TicketDetail.All.Where(d => !d.IsSame(before, after)))
        {
            json.WriteStartObject(detail.Name);
            json.WritePropertyName("from");
            detail.Write(json, before);
            json.WritePropertyName("to");
            detail.Write(json, after);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteSla(Utf8JsonWriter json, SlaSignal signal)
    {
        json.WriteStartObject("sla");
        json.WriteString("target", signal.Target.Name());
        json.WriteString("dueAt", signal.DueAt.ToText());
        json.WriteEndObject();
    }
}
