using System.Runtime.InteropServices;
using Gatepost.Deliveries;
using Gatepost.Events;
using Gatepost.Storage.Sql;
using Npgsql;
using static Gatepost.Storage.Postgres.PostgresValues;

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
        var batch = new PostgresFanOut(now, epoch.Number, handover, shards);
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

    private static (Dictionary<long, List<PostgresSubscription>> Webhooks, Dictionary<(Guid Id, long Organization), long> Seqs) InsertAndRead(
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
        var webhooks = new Dictionary<long, List<PostgresSubscription>>();
        while (reader.Read())
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(webhooks, reader.GetInt64(0), out _) ??= []).Add(
                new PostgresSubscription(reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetInt64(2), reader.GetInt64(3), reader.GetBoolean(4)));
        }

        return (webhooks, seqs);
    }

    private static void Insert(PostgresWriteSession session, PostgresFanOut made, bool withCommit)
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
}
