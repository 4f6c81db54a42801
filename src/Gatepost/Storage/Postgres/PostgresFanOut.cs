using System.Runtime.InteropServices;
using Gatepost.Deliveries;
using Gatepost.Events;
using Npgsql;
using static Gatepost.Storage.Postgres.PostgresValues;

namespace Gatepost.Storage.Postgres;

/// <summary>The deliveries of one transaction, and what is promised to the lanes for it.</summary>
internal sealed class PostgresFanOut(DateTimeOffset now, long epoch, IDeliveryHandover handover, ShardMap shards)
{
    private readonly List<Guid> ids = [];
    private readonly List<long> organizations = [];
    private readonly List<long> webhooks = [];
    private readonly List<long> events = [];
    private readonly List<int> types = [];
    private readonly List<int> statuses = [];
    private readonly List<long?> epochs = [];
    private readonly List<EventBody> bodies = [];
    private readonly List<long> reserved = [];
    private readonly List<ClaimedDelivery> made = [];
    private readonly HashSet<(long Organization, long Webhook)> waiting = [];
    private readonly HashSet<long> takers = [];

    public int Count => ids.Count;

    public Dictionary<long, long>? Skipped { get; private set; }

    public int FanOut(WebhookEvent e, long seq, List<PostgresSubscription> subscriptions)
    {
        var (count, body) = (0, new EventBody(e.Payload));
        foreach (var webhook in subscriptions)
        {
            if (!webhook.Wants(e))
                continue;
            count++;
            var taker = webhook.IsActive ? Reserve(e.Organization.Seq, webhook.Seq) : null;
            Add(e, seq, webhook.Seq, body, !webhook.IsActive ? DeliveryStatus.Skipped : taker is null ? DeliveryStatus.Pending : DeliveryStatus.Sending, taker);
        }

        return count;
    }

    public IEnumerable<NpgsqlParameter> Parameters() =>
    [
        Values(ids), Values(organizations), Values(webhooks), Values(events), Values(types), Values(statuses),
        Value(now.ToUnixTimeMilliseconds()), Values(epochs), Value(epoch),
    ];

    public void ReadInserted(NpgsqlDataReader reader)
    {
        for (var i = 0; reader.Read(); i++)
            Inserted(i, reader.GetInt64(0));
    }

    private void Inserted(int index, long seq)
    {
        if (epochs[index] != epoch)
            return;
        made.Add(new ClaimedDelivery
        {
            Seq = seq,
            Id = ids[index],
            Epoch = epoch,
            OrganizationSeq = organizations[index],
            WebhookSeq = webhooks[index],
            EventSeq = events[index],
            EventType = (EventType)types[index],
            Trigger = AttemptTrigger.Automatic,
            AttemptCount = 0,
            RunAttempts = 0,
            DueAt = now,
            Body = bodies[index],
        });
    }

    public void Keep()
    {
        handover.HandOver(CollectionsMarshal.AsSpan(made));
        foreach (var taker in takers)
            shards.TellTaker(taker);
        foreach (var (organization, webhook) in waiting)
            handover.Waiting(organization, webhook, now);
    }

    public void Break()
    {
        foreach (var webhook in reserved)
            handover.Release(webhook);
    }

    /// <returns>Whose lane takes it; null: it waits.</returns>
    private long? Reserve(long organization, long webhook)
    {
        if (epoch > 0 && handover.TryReserve(organization, webhook))
        {
            reserved.Add(webhook);
            return epoch;
        }

        if (epoch > 0 && !shards.Owns(webhook) && shards.TakerOf(webhook) is > 0 and var taker && taker != epoch)
        {
            takers.Add(taker);
            return taker;
        }

        waiting.Add((organization, webhook));
        return null;
    }

    private void Add(WebhookEvent e, long seq, long webhook, EventBody body, DeliveryStatus status, long? taker)
    {
        ids.Add(SortableId.New(now));
        organizations.Add(e.Organization.Seq);
        webhooks.Add(webhook);
        events.Add(seq);
        types.Add((int)e.Type);
        statuses.Add((int)status);
        epochs.Add(taker);
        bodies.Add(body);
        if (status == DeliveryStatus.Skipped)
            CollectionsMarshal.GetValueRefOrAddDefault(Skipped ??= [], webhook, out _)++;
    }
}

/// <summary>What fan-out knows of a webhook.</summary>
/// <param name="SurveySeq">Null for ticket scope.</param>
internal readonly record struct PostgresSubscription(long Seq, long? SurveySeq, long EventMask, bool IsActive)
{
    public bool Wants(WebhookEvent e) => SurveySeq == e.SurveySeq && (EventMask & (1L << (int)e.Type)) != 0;
}
