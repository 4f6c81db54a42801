using Dapper;
using Gatepost.Organizations;
using Gatepost.Tickets;

namespace Gatepost.Storage.Sql;

internal sealed class TicketStore(Database database, TicketWriter writer) : ITicketStore
{
    // Few tickets have more events; the purge erases the rest within seconds.
    private const int EraseAtOnce = 1_000;

    public Task<Ticket?> CreateAsync(OrganizationRef organization, Ticket ticket, CancellationToken cancellation) =>
        database.WriteAsync(organization, session => writer.Create(session, organization, ticket), cancellation);

    public Task<Ticket?> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation) =>
        database.ReadAsync(connection => TicketRow.Find(connection, organization, id)?.ToTicket(), cancellation);

    public Task<Page<Ticket>> ListAsync(OrganizationRef organization, PageRequest page, CancellationToken cancellation) =>
        database.ReadAsync(connection => TicketRow.List(connection, organization, page), cancellation);

    public Task<Ticket?> ChangeAsync(OrganizationRef organization, Guid id, Func<Ticket, TicketChange> decide, CancellationToken cancellation) =>
        database.WriteAsync(
            organization,
            session => TicketRow.Find(session.Connection, organization, id) is { } row ? writer.Change(session, organization, row, decide) : null,
            cancellation);

    public Task<bool> DeleteAsync(OrganizationRef organization, Guid id, DateTimeOffset now, CancellationToken cancellation) => database.WriteAsync(
        organization,
        session =>
        {
            if (TicketRow.Find(session.Connection, organization, id) is not { } row)
                return false;
            session.Connection.Execute("UPDATE tickets SET deleted_at = @now WHERE seq = @Seq", new { now, row.Seq });
            SlaClocks.Remove(session.Connection, row.Seq);
            new RowRemover(session, EraseAtOnce).ErasePayloads("ticket_seq", row.Seq);
            return true;
        },
        cancellation);

    public Task<bool> AddMessageAsync(OrganizationRef organization, TicketMessage message, CancellationToken cancellation) => database.WriteAsync(
        organization,
        session =>
        {
            if (TicketRow.Find(session.Connection, organization, message.TicketId) is not { } row)
                return false;
            writer.AddMessage(session, organization, row, message);
            return true;
        },
        cancellation);

    public Task<Page<TicketMessage>?> ListMessagesAsync(OrganizationRef organization, Guid ticketId, PageRequest page, CancellationToken cancellation) =>
        database.ReadAsync(
            connection => TicketRow.Find(connection, organization, ticketId) is { } row ? MessageRow.List(connection, row, page) : null,
            cancellation);

    public Task<TicketAttachment?> FindAttachmentAsync(
        OrganizationRef organization, Guid ticketId, Guid messageId, Guid id, CancellationToken cancellation) => database.ReadAsync(
        connection => TicketRow.Find(connection, organization, ticketId) is { } row
            ? AttachmentRow.Find(connection, row.Seq, messageId, id)?.ToAttachment()
            : null,
        cancellation);
}
