using System.Runtime.InteropServices;
using Gatepost.Deliveries;
using Gatepost.Events;
using Gatepost.Storage.Sql;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>The engine's side of deliveries, of the webhooks whose shards this node leases.</summary>
internal sealed class PostgresDeliveryQueue(
    PostgresDatabase database, PostgresAttemptRecorder recorder, IDeliveryHandover handover, ShardMap shards, Epoch epoch, TimeProvider clock)
    : DeliveryQueue(database, handover, clock)
{
    private readonly PostgresDatabase database = database;
    private readonly IDeliveryHandover handover = handover;
    private readonly TimeProvider clock = clock;

    private const string Claimed =
        "d.seq, d.id, d.organization_seq, d.webhook_seq, d.event_seq, d.event_type, d.trigger, d.attempt_count, d.run_attempts, d.crash_count, d.next_attempt_at";

    // Locked in the order of the index and passed over where somebody has them: a pause skips the same rows.
    private const string ClaimDue =
        $"""
        UPDATE deliveries d SET status = 1, epoch = $1, handed_over = 0
        FROM (SELECT due.seq FROM unnest($2::bigint[], $3::integer[]) AS lane (webhook, room) CROSS JOIN LATERAL (
          SELECT seq FROM deliveries WHERE webhook_seq = lane.webhook AND waiting_at <= $4 AND waiting_at IS NOT NULL AND crash_count = 0
          ORDER BY waiting_at LIMIT lane.room FOR UPDATE SKIP LOCKED) AS due) AS chosen
        WHERE d.seq = chosen.seq RETURNING {Claimed}
        """;

    private const string NextDue =
        """
        SELECT webhook, (SELECT min(waiting_at) FROM deliveries WHERE webhook_seq = webhook AND waiting_at IS NOT NULL AND crash_count = 0)
        FROM unnest($1::bigint[]) AS lane (webhook)
        """;

    private const string ClaimSuspect =
        $"""
        UPDATE deliveries d SET status = 1, epoch = $1, handed_over = 0
        WHERE seq = (SELECT seq FROM deliveries WHERE waiting_at <= $2 AND waiting_at IS NOT NULL AND crash_count > 0 AND webhook_seq % {ShardMap.TextCount} = ANY($3)
          ORDER BY waiting_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING {Claimed}
        """;

    private const int HandoversAtOnce = 32;

    // The oldest of what others have claimed for this epoch, marked as taken.
    private static readonly string TakeGiven =
        $"""
        WITH fresh AS (SELECT seq, given FROM handovers WHERE epoch = $1 AND given IS NOT NULL ORDER BY seq LIMIT {HandoversAtOnce} FOR UPDATE),
          taken AS (UPDATE handovers h SET given = NULL FROM fresh WHERE h.seq = fresh.seq)
        SELECT {Claimed} FROM (SELECT unnest(given) AS seq FROM fresh) AS g JOIN deliveries d ON d.seq = g.seq AND d.epoch = $1 AND d.status = 1
        """;

    // What was canceled on the way ends here.
    private const string GiveBackGiven =
        $"""
        UPDATE deliveries SET epoch = NULL, status = CASE WHEN cancel_requested = 1 THEN {Cancellation.Status} ELSE 0 END,
          resume_status = CASE WHEN cancel_requested = 1 THEN NULL ELSE resume_status END, cancel_requested = 0,
          next_attempt_at = CASE WHEN cancel_requested = 1 THEN NULL ELSE next_attempt_at END, completed_at = CASE WHEN cancel_requested = 1 THEN $3::bigint END
        WHERE seq = ANY($1) AND epoch = $2 AND status = 1
        """;

    public override async Task<IReadOnlyList<WaitingLane>> ReadWaitingAsync(CancellationToken cancellation) =>
        [.. (await base.ReadWaitingAsync(cancellation).ConfigureAwait(false)).Where(lane => shards.Owns(lane.WebhookSeq))];

    public override async Task<IReadOnlyList<LaneClaim>> ClaimDueAsync(
        IReadOnlyList<(long WebhookSeq, int Room)> lanes, DateTimeOffset now, CancellationToken cancellation)
    {
        var mine = lanes.Where(lane => shards.Owns(lane.WebhookSeq)).ToList();
        var (claimed, next) = mine.Count == 0
            ? ([], [])
            : await database.WriteHotAsync(session => Claim(session, mine, now), cancellation).ConfigureAwait(false);
        var byWebhook = claimed.OrderBy(d => d.DueAt).ThenBy(d => d.Seq).ToLookup(d => d.WebhookSeq);
        // Every lane is answered for: one whose claim does not end keeps its shard from being handed over for ever.
        return [.. lanes.Select(l => new LaneClaim(l.WebhookSeq, [.. byWebhook[l.WebhookSeq]], next.GetValueOrDefault(l.WebhookSeq)))];
    }

    public override Task<ClaimedDelivery?> ClaimSuspectAsync(DateTimeOffset now, CancellationToken cancellation) =>
        database.WriteHotAsync(session => ClaimSuspectIn(session, now), cancellation);

    public override TimeSpan Linger { get; } = TimeSpan.FromMilliseconds(5);

    public override Task RecordAsync(IReadOnlyList<AttemptRecord> records, CancellationToken cancellation) =>
        database.WriteHotAsync(session => recorder.Record(session, records), cancellation);

    /// <summary>Takes into the lanes what other nodes have claimed for this one. What has no room waits in the database.</summary>
    /// <returns>Whether there was anything.</returns>
    public Task<bool> TakeGivenAsync(CancellationToken cancellation) => database.WriteHotAsync(
        session =>
        {
            var given = ReadGiven(session.Npgsql, epoch.Number);
            if (given.Count == 0)
                return false;
            session.AfterDoubt(epoch.Doubt);
            var kept = given.Where(d => handover.TryReserve(d.OrganizationSeq, d.WebhookSeq)).ToList();
            session.AfterRollback(() => kept.ForEach(d => handover.Release(d.WebhookSeq)));
            GiveBack(session, [.. given.Except(kept)]);
            ReadBodiesAndNext(session, kept, []);
            session.AfterCommit(() => handover.HandOver(CollectionsMarshal.AsSpan(kept)));
            return true;
        },
        cancellation);

    private static List<ClaimedDelivery> ReadGiven(NpgsqlConnection connection, long number)
    {
        using var command = new NpgsqlCommand(TakeGiven, connection) { Parameters = { new() { Value = number } } };
        using var reader = command.ExecuteReader();
        var given = new List<ClaimedDelivery>();
        while (reader.Read())
            given.Add(Map(reader, number));
        return given;
    }

    private void GiveBack(PostgresWriteSession session, List<ClaimedDelivery> refused)
    {
        if (refused.Count == 0)
            return;
        using var command = new NpgsqlCommand(GiveBackGiven, session.Npgsql)
        {
            Parameters =
            {
                new() { Value = refused.Select(d => d.Seq).Order().ToArray() }, new() { Value = epoch.Number }, new() { Value = clock.GetInstant().ToUnixTimeMilliseconds() },
            },
        };
        command.ExecuteNonQuery();
        session.AfterCommit(() =>
        {
            foreach (var lane in refused.GroupBy(d => (d.OrganizationSeq, d.WebhookSeq)))
            {
                shards.TellFull(lane.Key.WebhookSeq);
                handover.Waiting(lane.Key.OrganizationSeq, lane.Key.WebhookSeq, lane.Min(d => d.DueAt));
            }
        });
    }

    private (List<ClaimedDelivery> Claimed, Dictionary<long, DateTimeOffset?> Next) Claim(PostgresWriteSession session, List<(long WebhookSeq, int Room)> lanes, DateTimeOffset now)
    {
        var webhooks = lanes.Select(l => l.WebhookSeq).ToArray();
        session.AfterDoubt(epoch.Doubt);
        var number = epoch.Number;
        var claimed = new List<ClaimedDelivery>();
        using (var command = new NpgsqlCommand(ClaimDue, session.Npgsql)
        {
            Parameters = { new() { Value = number }, new() { Value = webhooks }, new() { Value = lanes.Select(l => l.Room).ToArray() }, new() { Value = now.ToUnixTimeMilliseconds() } },
        })
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                claimed.Add(Map(reader, number));
        }

        return (claimed, ReadBodiesAndNext(session, claimed, webhooks));
    }

    private ClaimedDelivery? ClaimSuspectIn(PostgresWriteSession session, DateTimeOffset now)
    {
        session.AfterDoubt(epoch.Doubt);
        var claimed = new List<ClaimedDelivery>(1);
        using (var command = new NpgsqlCommand(ClaimSuspect, session.Npgsql)
        {
            Parameters = { new() { Value = epoch.Number }, new() { Value = now.ToUnixTimeMilliseconds() }, new() { Value = shards.Mine } },
        })
        using (var reader = command.ExecuteReader())
        {
            if (!reader.Read())
                return null;
            claimed.Add(Map(reader, epoch.Number));
        }

        ReadBodiesAndNext(session, claimed, []);
        return claimed[0];
    }

    // With the commit, when the dictionary is filled and the deliveries get their bodies. Webhooks of one organization share events:
    // one copy of a body serves all that are claimed together.
    private static Dictionary<long, DateTimeOffset?> ReadBodiesAndNext(PostgresWriteSession session, List<ClaimedDelivery> claimed, long[] webhooks)
    {
        var next = new Dictionary<long, DateTimeOffset?>();
        var batch = new NpgsqlBatch(session.Npgsql)
        {
            BatchCommands =
            {
                new("SELECT seq, payload FROM events WHERE seq = ANY($1) AND payload IS NOT NULL") { Parameters = { new() { Value = claimed.Select(d => d.EventSeq).Distinct().ToArray() } } },
                new(NextDue) { Parameters = { new() { Value = webhooks } } },
            },
        };
        session.RunWithCommit(batch, reader =>
        {
            var bodies = new Dictionary<long, EventBody>();
            while (reader.Read())
                bodies.Add(reader.GetInt64(0), new EventBody(reader.GetFieldValue<byte[]>(1)));
            foreach (var delivery in claimed)
                delivery.Body = bodies.GetValueOrDefault(delivery.EventSeq);
            reader.NextResult();
            while (reader.Read())
                next[reader.GetInt64(0)] = reader.IsDBNull(1) ? null : Instant.FromMilliseconds(reader.GetInt64(1));
        });
        return next;
    }

    private static ClaimedDelivery Map(NpgsqlDataReader row, long epoch) => new()
    {
        Seq = row.GetInt64(0),
        Id = row.GetGuid(1),
        Epoch = epoch,
        OrganizationSeq = row.GetInt64(2),
        WebhookSeq = row.GetInt64(3),
        EventSeq = row.GetInt64(4),
        EventType = (EventType)row.GetInt32(5),
        Trigger = (AttemptTrigger)row.GetInt32(6),
        AttemptCount = row.GetInt32(7),
        RunAttempts = row.GetInt32(8),
        CrashCount = row.GetInt32(9),
        DueAt = Instant.FromMilliseconds(row.GetInt64(10)),
    };
}
