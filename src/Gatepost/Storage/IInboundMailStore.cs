using Gatepost.Callbacks;
using Gatepost.Organizations;

namespace Gatepost.Storage;

/// <summary>How organizations' inbound e-mail is told apart, and the threads of their mail.</summary>
internal interface IInboundMailStore : ISealedStore
{
    /// <returns>Null until some were put.</returns>
    /// <exception cref="Security.MasterKeyMissingException">They wait for their master key.</exception>
    Task<InboundMailSettings?> FindAsync(OrganizationRef organization, CancellationToken cancellation);

    /// <summary>Reads, decides and writes in one transaction.</summary>
    /// <param name="decide">Pure; may run more than once. Gets null while there are none, or no configured master key opens them.</param>
    /// <returns>Null when the organization is gone.</returns>
    Task<InboundMailSettings?> PutAsync(
        OrganizationRef organization, Func<InboundMailSettings?, InboundMailSettings> decide, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Remembers an outbound mail, so that what refers to it is known to belong to the ticket.</summary>
    /// <param name="messageId">With or without angle brackets.</param>
    /// <returns>False when the ticket is not there.</returns>
    Task<bool> RememberAsync(OrganizationRef organization, Guid ticketId, string messageId, CancellationToken cancellation);
}
