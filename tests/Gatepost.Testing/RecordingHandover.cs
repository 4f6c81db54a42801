using System.Collections.Concurrent;
using Gatepost.Deliveries;
using Gatepost.Storage;

namespace Gatepost.Testing;

/// <summary>Lanes that only remember what they were told.</summary>
internal sealed class RecordingHandover : IDeliveryHandover
{
    public ConcurrentQueue<ClaimedDelivery> HandedOver { get; } = [];

    public ConcurrentQueue<long> Released { get; } = [];

    public ConcurrentQueue<long> Changed { get; } = [];

    public bool TryReserve(long organizationSeq, long webhookSeq) => true;

    public void Release(long webhookSeq) => Released.Enqueue(webhookSeq);

    public void HandOver(params ReadOnlySpan<ClaimedDelivery> deliveries)
    {
        foreach (var delivery in deliveries)
            HandedOver.Enqueue(delivery);
    }

    public void Waiting(long organizationSeq, long webhookSeq, DateTimeOffset dueAt)
    {
    }

    public void OrganizationChanged(long? organizationSeq)
    {
    }

    public void WebhookChanged(long webhookSeq) => Changed.Enqueue(webhookSeq);
}
