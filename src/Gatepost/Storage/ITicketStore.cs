using Gatepost.Organizations;
using Gatepost.Tickets;

namespace Gatepost.Storage;

/// <summary>
/// Tickets and their messages. An id of another organization, or of something deleted, is not found. A change, the SLA clocks
/// it moves and the events it raises are one transaction.
/// </summary>
internal interface ITicketStore
{
    /// <summary>Raises <c>ticket.created</c>.</summary>
    /// <param name="ticket">Without a number.</param>
    /// <returns>With its number; null when the organization is gone.</returns>
    Task<Ticket?> CreateAsync(OrganizationRef organization, Ticket ticket, CancellationToken cancellation);

    Task<Ticket?> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation);

    Task<Page<Ticket>> ListAsync(OrganizationRef organization, PageRequest page, CancellationToken cancellation);

    /// <summary>Reads, decides and writes in one transaction.</summary>
    /// <param name="decide">Pure; may run more than once. The same ticket changes nothing.</param>
    /// <returns>Null when there is none.</returns>
    Task<Ticket?> ChangeAsync(OrganizationRef organization, Guid id, Func<Ticket, TicketChange> decide, CancellationToken cancellation);

    /// <summary>Hides it and stops its clocks at once; messages and the payloads of its events are purged in batches.</summary>
    Task<bool> DeleteAsync(OrganizationRef organization, Guid id, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Raises <c>message.created</c>; the first outbound one stops the clock of the first response.</summary>
    /// <returns>False when the ticket is not there.</returns>
    Task<bool> AddMessageAsync(OrganizationRef organization, TicketMessage message, CancellationToken cancellation);

    /// <returns>Null when the ticket is not there.</returns>
    Task<Page<TicketMessage>?> ListMessagesAsync(OrganizationRef organization, Guid ticketId, PageRequest page, CancellationToken cancellation);

    /// <returns>With its content; null when the ticket, its message or the attachment is not there, or only a provider has the file.</returns>
    Task<TicketAttachment?> FindAttachmentAsync(OrganizationRef organization, Guid ticketId, Guid messageId, Guid id, CancellationToken cancellation);
}
