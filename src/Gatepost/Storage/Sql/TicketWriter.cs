using Dapper;
using Gatepost.Events;
using Gatepost.Organizations;
using Gatepost.Tickets;

namespace Gatepost.Storage.Sql;

/// <summary>
/// Changes tickets inside an open transaction: the row, its clocks and its events together. Whatever makes or changes a
/// ticket (the API, a customer's mail) goes through here.
/// </summary>
internal sealed class TicketWriter(IEventWriter events)
{
    /// <returns>Null when the organization is gone.</returns>
    public Ticket? Create(WriteSession session, OrganizationRef organization, Ticket draft)
    {
        var connection = session.Connection;
        var number = connection.ExecuteScalar<long?>(
            "UPDATE organizations SET last_ticket_number = last_ticket_number + 1 WHERE seq = @Seq AND deleted_at IS NULL RETURNING last_ticket_number",
            new { organization.Seq });
        if (number is null)
            return null;
        var ticket = draft with { Number = number.Value };
        var seq = TicketRow.Insert(connection, organization, ticket);
        foreach (var clock in SlaRules.Start(ticket, PolicyOf(session, organization)))
            SlaClocks.Save(connection, seq, clock);
        Raise(session, organization, seq, new TicketEvent(EventType.TicketCreated, ticket), ticket.CreatedAt);
        return ticket;
    }

    public Ticket Change(WriteSession session, OrganizationRef organization, TicketRow row, Func<Ticket, TicketChange> decide)
    {
        var present = row.ToTicket();
        var change = decide(present);
        if (ReferenceEquals(change.After, present))
            return present;
        var (after, now) = (change.After, change.After.UpdatedAt);
        TicketRow.Update(session.Connection, after);
        var policy = PolicyOf(session, organization);
        var late = MoveClocks(session, organization, row.Seq, present, clock => SlaRules.Follow(clock, after, policy, now), now);
        foreach (var e in change.Events)
            Raise(session, organization, row.Seq, e, now);
        foreach (var signal in late)
            Raise(session, organization, row.Seq, TicketEvent.Of(after, signal), now);
        return after;
    }

    public void AddMessage(WriteSession session, OrganizationRef organization, TicketRow row, TicketMessage message)
    {
        var ticket = row.ToTicket();
        var now = message.CreatedAt;
        MessageRow.Insert(session.Connection, row.Seq, message);
        if (message.Direction == MessageDirection.Outbound)
            MoveClocks(session, organization, row.Seq, ticket, clock => SlaRules.Answered(clock, now), now);
        Raise(session, organization, row.Seq, new TicketEvent(EventType.MessageCreated, ticket) { Message = message }, now);
    }

    public void Raise(WriteSession session, OrganizationRef organization, long ticketSeq, TicketEvent e, DateTimeOffset now) =>
        events.Append(session, TicketPayload.Render(organization, ticketSeq, e, now));

    // Raises what was due before the change, and returns what the change brought about: its own events come first.
    private List<SlaSignal> MoveClocks(
        WriteSession session, OrganizationRef organization, long ticketSeq, Ticket before, Func<SlaClock, SlaClock> change, DateTimeOffset now)
    {
        var late = new List<SlaSignal>();
        foreach (var clock in SlaClocks.ReadAll(session.Connection, ticketSeq))
        {
            var step = SlaRules.Step(clock, change, now);
            foreach (var signal in step.Before)
                Raise(session, organization, ticketSeq, TicketEvent.Of(before, signal), now);
            late.AddRange(step.After);
            if (step.Clock != clock)
                SlaClocks.Save(session.Connection, ticketSeq, step.Clock);
        }

        return late;
    }

    private static SlaPolicy PolicyOf(WriteSession session, OrganizationRef organization) =>
        SlaClocks.FindPolicy(session.Connection, organization.Seq) ?? SlaPolicy.None;
}
