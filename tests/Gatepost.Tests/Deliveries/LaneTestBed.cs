using Gatepost.Deliveries;
using Gatepost.Events;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gatepost.Tests.Deliveries;

/// <summary>Lanes and deliveries to put into them.</summary>
internal sealed class LaneTestBed
{
    private long nextSeq;

    public LaneTestBed(int maxConcurrency = 2_048, int perWebhook = 8) => Lanes = new DeliveryLanes(
        Options.Create(new DeliveriesOptions { MaxConcurrency = maxConcurrency, MaxConcurrencyPerWebhook = perWebhook }), new ShardMap(Clock), Clock);

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2025, 1, 15, 10, 30, 0, TimeSpan.Zero));

    public DeliveryLanes Lanes { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    public ClaimedDelivery New(long organization, long webhook, AttemptTrigger trigger = AttemptTrigger.Automatic, int bytes = 0) => new()
    {
        Seq = ++nextSeq,
        Id = Guid.CreateVersion7(),
        OrganizationSeq = organization,
        WebhookSeq = webhook,
        EventSeq = 1,
        EventType = EventType.TicketCreated,
        Trigger = trigger,
        AttemptCount = 0,
        RunAttempts = 0,
        Epoch = 1,
        DueAt = Now,
        Body = bytes > 0 ? new EventBody(new byte[bytes]) : null,
    };

    /// <summary>Reserves and hands over, as a commit does.</summary>
    /// <returns>How many found room.</returns>
    public int Add(long organization, long webhook, int count = 1, AttemptTrigger trigger = AttemptTrigger.Automatic)
    {
        for (var i = 0; i < count; i++)
        {
            if (!Lanes.TryReserve(organization, webhook))
                return i;
            Lanes.HandOver(New(organization, webhook, trigger));
        }

        return count;
    }

    public List<ClaimedDelivery> TakeAll(int most = int.MaxValue)
    {
        var taken = new List<ClaimedDelivery>();
        while (taken.Count < most && Lanes.TryTake(out _) is { } delivery)
            taken.Add(delivery);
        return taken;
    }

    /// <summary>One attempt that fails.</summary>
    public void Fail(long organization, long webhook)
    {
        Add(organization, webhook);
        Lanes.Complete(Lanes.TryTake(out _)!, failed: true);
    }
}
