using Gatepost.Events;

namespace Gatepost.Tickets;

/// <summary>Something that happened to a ticket, before it is rendered.</summary>
/// <param name="Ticket">As it is after the event.</param>
internal sealed record TicketEvent(EventType Type, Ticket Ticket)
{
    /// <summary>As it was; only where the event tells of a change.</summary>
    public Ticket? Before { get; init; }

    /// <summary>Of <see cref="EventType.MessageCreated"/> only.</summary>
    public TicketMessage? Message { get; init; }

    /// <summary>Of the two SLA events only.</summary>
    public SlaSignal? Sla { get; init; }

    public static TicketEvent Of(Ticket ticket, SlaSignal signal) => new(signal.Type, ticket) { Sla = signal };
}
