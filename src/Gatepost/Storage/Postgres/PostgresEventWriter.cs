using System.Runtime.InteropServices;
using Gatepost.Deliveries;
using Gatepost.Events;
using Gatepost.Storage.Sql;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>Appends events and their deliveries, many at a time: three statements, however many there are.</summary>
internal sealed class PostgresEventWriter(IDeliveryHandover handover, ShardMap shards, Epoch epoch, TimeProvider clock) : IEventWriter
{
    private const string ReadWebhooks =
        """
        SELECT organization_seq, seq, survey_seq, event_mask, active = 1 AND disabled_at IS NULL FROM webhooks
        WHERE organization_seq = ANY($1) AND deleted_at IS NULL ORDER BY organization_seq, seq
        """;

    private const string InsertEvents =
        """
        INSERT INTO events (id, organization_seq, type, survey_seq, ticket_seq, timestamp, created_at, payload)
        SELECT id, organization, type, survey, ticket, at, $7, payload
        FROM unnest($1::uuid[], $2::bigint[], $3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $8::bytea[]) AS e (id, organization, type, survey, ticket, at, payload)
        ON CONFLICT (id, organization_seq) DO NOTHING RETURNING seq, id, organization_seq
        """;

    // In the order in which they were given: nothing sorts or joins them on the way.
    private const string InsertDeliveries =
        """
        WITH made AS (
          INSERT INTO deliveries (id, organization_seq, webhook_seq, event_seq, event_type, status, trigger, next_attempt_at, epoch, handed_over, created_at, completed_at)
          SELECT id, organization, webhook, event, type, status, 0, CASE WHEN status <> 4 THEN $7::bigint END, epoch,
            CASE WHEN status = 1 THEN 1 ELSE 0 END, $7, CASE WHEN status = 4 THEN $7::bigint END
          FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::integer[], $6::integer[], $8::bigint[])
            AS d (id, organization, webhook, event, type, status, epoch)
          RETURNING seq, status, epoch),
        handed_over AS (
          INSERT INTO handovers (epoch, first_seq, last_seq, given)
          SELECT epoch, min(seq), max(seq), CASE WHEN epoch <> $9 THEN array_agg(seq) END FROM made WHERE status = 1 GROUP BY epoch)
        SELECT seq FROM made
        """;

    private const string CountSkipped =
        "UPDATE webhooks w SET skipped_since = skipped_since + s.skipped FROM unnest($1::bigint[], $2::bigint[]) AS s (webhook, skipped) WHERE w.seq = s.webhook";

    public int? Append(WriteSession session, WebhookEvent e) => Append((PostgresWriteSession)session, [e], isLast: false)[0];

    /// <param name="isLast">Whether nothing in this write looks at the deliveries of new events: then they are made together with the commit.</param>
    /// <returns>For each event how many deliveries were made, or null when its organization already has its id.</returns>
    public int?[] Append(PostgresWriteSession session, IReadOnlyList<WebhookEvent> events, bool isLast)
    {
        var now = clock.GetInstant();
        var (webhooks, seqs) = InsertAndRead(session.Npgsql, events, now);
        var made = new int?[events.Count];
        var batch = new Batch(now, epoch.Number, handover, shards);
        session.AfterRollback(batch.Break);
        for (var i = 0; i < events.Count; i++)
        {
            // Of an id that comes twice in one batch the first one is the new one.
            if (seqs.Remove((events[i].Id, events[i].Organization.Seq), out var seq))
                made[i] = batch.FanOut(events[i], seq, webhooks.GetValueOrDefault(events[i].Organization.Seq) ?? []);
        }

        if (batch.Count > 0)
        {
            session.AfterDoubt(epoch.Doubt);
            Insert(session, batch, isLast && !made.Contains(null));
        }

        session.AfterCommit(batch.Keep);
        return made;
    }

    private static (Dictionary<long, List<Subscription>> Webhooks, Dictionary<(Guid Id, long Organization), long> Seqs) InsertAndRead(
        NpgsqlConnection connection, IReadOnlyList<WebhookEvent> events, DateTimeOffset now)
    {
        using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command(InsertEvents, Values(events.Select(e => e.Id)), Values(events.Select(e => e.Organization.Seq)), Values(events.Select(e => (int)e.Type)),
                    Values(events.Select(e => e.SurveySeq)), Values(events.Select(e => e.TicketSeq)), Values(events.Select(e => e.Timestamp.ToUnixTimeMilliseconds())),
                    Value(now.ToUnixTimeMilliseconds()), Values(events.Select(e => e.Payload))),
                // After the insert: a webhook that was there before the event was accepted is seen.
                Command(ReadWebhooks, Values(events.Select(e => e.Organization.Seq).Distinct())),
            },
        };
        using var reader = batch.ExecuteReader();
        var seqs = new Dictionary<(Guid, long), long>(events.Count);
        while (reader.Read())
            seqs.Add((reader.GetGuid(1), reader.GetInt64(2)), reader.GetInt64(0));
        reader.NextResult();
        var webhooks = new Dictionary<long, List<Subscription>>();
        while (reader.Read())
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(webhooks, reader.GetInt64(0), out _) ??= []).Add(
                new Subscription(reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetInt64(2), reader.GetInt64(3), reader.GetBoolean(4)));
        }

        return (webhooks, seqs);
    }

    private static void Insert(PostgresWriteSession session, Batch made, bool withCommit)
    {
        var statements = new NpgsqlBatch(session.Npgsql) { BatchCommands = { Command(InsertDeliveries, [.. made.Parameters()]) } };
        if (made.Skipped is { Count: > 0 } skipped)
            statements.BatchCommands.Add(Command(CountSkipped, Values(skipped.Keys), Values(skipped.Values)));
        if (withCommit)
        {
            session.RunWithCommit(statements, made.ReadInserted);
            return;
        }

        using (statements)
        {
            using var reader = statements.ExecuteReader();
            made.ReadInserted(reader);
            while (reader.NextResult())
            {
                // To the end: an error of the second statement comes with its result.
            }
        }
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    private static NpgsqlParameter<long> Value(long value) => new() { TypedValue = value };

    private static NpgsqlParameter<T[]> Values<T>(IEnumerable<T> values) => new() { TypedValue = [.. values] };

    /// <param name="SurveySeq">Null for ticket scope.</param>
    private readonly record struct Subscription(long Seq, long? SurveySeq, long EventMask, bool IsActive)
    {
        public bool Wants(WebhookEvent e) => SurveySeq == e.SurveySeq && (EventMask & (1L << (int)e.Type)) != 0;
    }

    /// <summary>The deliveries of one transaction, and what is promised to the lanes for it.</summary>
    private sealed class Batch(DateTimeOffset now, long epoch, IDeliveryHandover handover, ShardMap shards)
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

        public int FanOut(WebhookEvent e, long seq, List<Subscription> subscriptions)
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
}
