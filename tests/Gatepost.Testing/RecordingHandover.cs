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

    /// <summary>Webhooks whose lanes have no room.</summary>
    public ConcurrentDictionary<long, bool> Full { get; } = new();

    public ConcurrentQueue<long> Canceled { get; } = [];

    public ConcurrentQueue<long> ToldToWait { get; } = [];

    /// <summary>Runs before a lane is asked for a place.</summary>
    public Action? Reserving { get; set; }

    public bool TryReserve(long organizationSeq, long webhookSeq)
    {
        Reserving?.Invoke();
        return !Full.ContainsKey(webhookSeq);
    }

    public void Release(long webhookSeq) => Released.Enqueue(webhookSeq);

    public void HandOver(params ReadOnlySpan<ClaimedDelivery> deliveries)
    {
        foreach (var delivery in deliveries)
            HandedOver.Enqueue(delivery);
    }

    public void Waiting(long organizationSeq, long webhookSeq, DateTimeOffset dueAt) => ToldToWait.Enqueue(webhookSeq);

    public void Cancel(long webhookSeq, IReadOnlyCollection<long> deliveries)
    {
        foreach (var delivery in deliveries)
            Canceled.Enqueue(delivery);
    }

    public void OrganizationChanged(long? organizationSeq)
    {
    }

    public void WebhookChanged(long webhookSeq) => Changed.Enqueue(webhookSeq);
}
