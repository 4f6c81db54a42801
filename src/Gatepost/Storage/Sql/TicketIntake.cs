using Gatepost.Callbacks;
using Gatepost.Organizations;
using Gatepost.Tickets;

namespace Gatepost.Storage.Sql;

/// <summary>Puts what a customer sent onto a ticket, inside an open transaction.</summary>
internal sealed class TicketIntake(TicketWriter tickets, TimeProvider clock)
{
    private static readonly TicketInput Opened = new() { Status = new(true, TicketStatus.Open.Name()) };

    /// <param name="known">The ticket it belongs to; null opens one.</param>
    /// <param name="draft">Made with the instant of its argument.</param>
    /// <returns>The ticket's row number beside what happened; null when the organization is gone.</returns>
    public (long TicketSeq, CallbackEffect Effect)? Take(
        WriteSession session, OrganizationRef organization, TicketRow? known, Func<DateTimeOffset, InboundDraft> draft)
    {
        var now = clock.GetInstant();
        var sent = draft(now);
        var ticket = known is null ? Open(session, organization, sent.ToTicket(now)) : Reopen(session, organization, known, now);
        if (ticket is null)
            return null;
        var message = sent.ToMessage(ticket.Id, now);
        tickets.AddMessage(session, organization, ticket, message);
        return (ticket.Seq, new CallbackEffect(known is null ? "ticket_created" : "message_added", message.Id, ticket.Id));
    }

    private TicketRow? Open(WriteSession session, OrganizationRef organization, Ticket draft) =>
        tickets.Create(session, organization, draft) is { } made ? TicketRow.Find(session.Connection, organization, made.Id) : null;

    private TicketRow? Reopen(WriteSession session, OrganizationRef organization, TicketRow ticket, DateTimeOffset now)
    {
        if (!TicketStatuses.Parse(ticket.Status).IsFinished())
            return ticket;
        tickets.Change(session, organization, ticket, present => TicketChange.Of(present, Opened, now));
        return TicketRow.Find(session.Connection, organization, ticket.Id);
    }
}
