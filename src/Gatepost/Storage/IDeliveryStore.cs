using Gatepost.Deliveries;
using Gatepost.Organizations;

namespace Gatepost.Storage;

/// <summary>The delivery log, and what a person may ask of one delivery.</summary>
internal interface IDeliveryStore
{
    Task<Page<Delivery>> ListAsync(OrganizationRef organization, DeliveryFilter filter, PageRequest page, CancellationToken cancellation);

    /// <returns>Null when the organization has no such delivery.</returns>
    Task<DeliveryDetail?> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation);

    /// <summary>Asks for one manual attempt, now, whatever the delivery's state: durable when this returns.</summary>
    /// <returns>Conflicts: <c>delivery_in_progress</c> while an attempt is under way or asked for, <c>payload_expired</c>.</returns>
    Task<Result<Delivery>> RedeliverAsync(OrganizationRef organization, Guid id, CancellationToken cancellation);

    /// <summary>Stops further attempts. One in flight may still finish, and its success counts.</summary>
    /// <returns>Conflict <c>delivery_completed</c> when there is nothing to stop.</returns>
    Task<Result<Delivery>> CancelAsync(OrganizationRef organization, Guid id, CancellationToken cancellation);

    /// <summary>Stores a <c>webhook.test</c> event and its delivery, claimed by this epoch, for the caller to attempt at once.</summary>
    /// <param name="render">Renders the payload from the event's and the webhook's id (and survey's id, for survey scope).</param>
    /// <returns>Not found when the organization has no such webhook.</returns>
    Task<Result<ClaimedDelivery>> CreateTestAsync(
        OrganizationRef organization, Guid webhookId, Func<Guid, Guid?, DateTimeOffset, byte[]> render, CancellationToken cancellation);
}
