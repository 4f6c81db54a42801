using Gatepost.Deliveries;
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

    // Locked in the order of the index and passed over where somebody has them: a pause skips the same rows.
    private const string ClaimDue =
        $"""
        UPDATE deliveries d SET status = 1, epoch = $1, handed_over = 0
        FROM (SELECT due.seq FROM unnest($2::bigint[], $3::integer[]) AS lane (webhook, room) CROSS JOIN LATERAL (
          SELECT seq FROM deliveries WHERE webhook_seq = lane.webhook AND waiting_at <= $4 AND waiting_at IS NOT NULL AND crash_count = 0
          ORDER BY waiting_at LIMIT lane.room FOR UPDATE SKIP LOCKED) AS due) AS chosen
        WHERE d.seq = chosen.seq RETURNING {PostgresClaims.Columns}
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
        RETURNING {PostgresClaims.Columns}
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
                claimed.Add(PostgresClaims.Map(reader, number));
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
            claimed.Add(PostgresClaims.Map(reader, epoch.Number));
        }

        ReadBodiesAndNext(session, claimed, []);
        return claimed[0];
    }

    // With the commit, when the dictionary is filled and the deliveries get their bodies.
    private static Dictionary<long, DateTimeOffset?> ReadBodiesAndNext(PostgresWriteSession session, List<ClaimedDelivery> claimed, long[] webhooks)
    {
        var next = new Dictionary<long, DateTimeOffset?>();
        var batch = new NpgsqlBatch(session.Npgsql)
        {
            BatchCommands = { PostgresClaims.SelectBodies(claimed), new(NextDue) { Parameters = { new() { Value = webhooks } } } },
        };
        session.RunWithCommit(batch, reader =>
        {
            PostgresClaims.ReadBodies(reader, claimed);
            reader.NextResult();
            while (reader.Read())
                next[reader.GetInt64(0)] = reader.IsDBNull(1) ? null : Instant.FromMilliseconds(reader.GetInt64(1));
        });
        return next;
    }
}
