using Gatepost.Deliveries;

namespace Gatepost.Storage;

/// <summary>
/// How the store that commits deliveries hands them to the lanes of this process. Reserving happens inside the
/// transaction and decides what is written (claimed by this epoch, or waiting in the database), so no second write
/// is needed before the first attempt. Called on the store's writer: every member returns at once.
/// </summary>
internal interface IDeliveryHandover
{
    /// <summary>Whether the webhook's lane takes one more; each success is followed by one HandOver or one Release.</summary>
    bool TryReserve(long organizationSeq, long webhookSeq);

    /// <summary>The transaction was rolled back: the reserved place is free again.</summary>
    void Release(long webhookSeq);

    /// <summary>After the commit: the deliveries are durable and claimed by this epoch.</summary>
    void HandOver(params ReadOnlySpan<ClaimedDelivery> deliveries);

    /// <summary>After the commit: a delivery of this webhook waits in the database until then.</summary>
    void Waiting(long organizationSeq, long webhookSeq, DateTimeOffset dueAt);

    /// <summary>After the commit: these deliveries are not wanted any more. Those in the lane leave it; an attempt that has begun goes on.</summary>
    void Cancel(long webhookSeq, IReadOnlyCollection<long> deliveries);

    /// <summary>After the commit: the webhook's settings or state changed; forget what was cached.</summary>
    void WebhookChanged(long webhookSeq);

    /// <summary>Webhooks of this organization changed on another node, or, with null, those of any may have.</summary>
    void OrganizationChanged(long? organizationSeq);
}
