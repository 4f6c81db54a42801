using Gatepost.Messages;
using Gatepost.Organizations;

namespace Gatepost.Storage;

/// <summary>Outbound messages and what was heard of them. An id of another organization is not found.</summary>
internal interface IMessageStore
{
    /// <summary>Registers a message; what was heard of it before is applied in the same write.</summary>
    /// <returns>Refused when its ticket or survey is unknown, or the provider's id and recipient are registered already.</returns>
    Task<Result<OutboundMessageDetail>> RegisterAsync(OrganizationRef organization, OutboundMessage message, CancellationToken cancellation);

    Task<OutboundMessageDetail?> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation);

    Task<Page<OutboundMessage>> ListAsync(OrganizationRef organization, PageRequest page, CancellationToken cancellation);
}
