using Gatepost.Deliveries;
using Gatepost.Storage.Sql;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>
/// What other nodes have claimed for this one as they made it. To take it only reads: which handovers were taken is known here until it is
/// written down, once a second for all.
/// </summary>
internal sealed class PostgresGivenDeliveries(PostgresDatabase database, IDeliveryHandover handover, ShardMap shards, Epoch epoch, TimeProvider clock)
{
    private const int HandoversAtOnce = 32;
    private static readonly TimeSpan MarkEvery = TimeSpan.FromSeconds(1);

    // What was given back meanwhile is another node's by now, or was claimed again (handed_over = 0) and is in a lane.
    private static readonly string ReadGiven =
        $"""
        SELECT h.seq, {PostgresClaims.Columns}
        FROM (SELECT seq, given FROM handovers WHERE epoch = $1 AND given IS NOT NULL AND seq <> ALL($2) ORDER BY seq LIMIT {HandoversAtOnce}) AS h
        LEFT JOIN LATERAL (SELECT * FROM deliveries WHERE seq = ANY(h.given) AND epoch = $1 AND status = 1 AND handed_over = 1 OFFSET 0) AS d ON true
        """;

    // Read when the lanes have a place for them: a cancel that comes later is heard by the lane.
    private const string ReadCanceled = "SELECT seq FROM deliveries WHERE seq = ANY($1) AND cancel_requested = 1";

    private const string MarkTaken = "UPDATE handovers SET given = NULL WHERE seq = ANY($1) AND given IS NOT NULL";

    // What was canceled on the way ends here.
    private const string GiveBack =
        $"""
        UPDATE deliveries SET epoch = NULL, status = CASE WHEN cancel_requested = 1 THEN {Cancellation.Status} ELSE 0 END,
          resume_status = CASE WHEN cancel_requested = 1 THEN NULL ELSE resume_status END, cancel_requested = 0,
          next_attempt_at = CASE WHEN cancel_requested = 1 THEN NULL ELSE next_attempt_at END, completed_at = CASE WHEN cancel_requested = 1 THEN $3::bigint END
        WHERE seq = ANY($1) AND epoch = $2 AND status = 1 AND handed_over = 1
        """;

    private readonly HashSet<long> taken = []; // handovers
    private long markedAt = clock.GetTimestamp();

    /// <summary>Takes it into the lanes. What has no room waits in the database. For one caller at a time.</summary>
    /// <returns>Whether there may be more at once.</returns>
    public async Task<bool> TakeAsync(CancellationToken cancellation)
    {
        var number = epoch.Number;
        var (fresh, given) = await database.ReadHotAsync(c => Read(c, number), cancellation).ConfigureAwait(false);
        if (given.Count > 0)
            await TakeAsync(given, number, cancellation).ConfigureAwait(false);
        taken.UnionWith(fresh);
        if (taken.Count > 0 && clock.GetElapsedTime(markedAt) >= MarkEvery)
            await MarkAsync(cancellation).ConfigureAwait(false);
        return fresh.Count == HandoversAtOnce;
    }

    private async Task TakeAsync(List<ClaimedDelivery> given, long number, CancellationToken cancellation)
    {
        var reserved = given.Where(d => handover.TryReserve(d.OrganizationSeq, d.WebhookSeq)).ToList();
        List<ClaimedDelivery> refused = [.. given.Except(reserved)];
        HashSet<long> canceled = [];
        try
        {
            if (reserved.Count > 0)
                canceled = await database.ReadHotAsync(c => ReadBodiesAndCanceled(c, reserved), cancellation).ConfigureAwait(false);
            if (refused.Count + canceled.Count > 0)
                await GiveBackAsync([.. refused.Select(d => d.Seq), .. canceled], number, cancellation).ConfigureAwait(false);
        }
        catch
        {
            reserved.ForEach(d => handover.Release(d.WebhookSeq));
            throw;
        }

        reserved.Where(d => canceled.Contains(d.Seq)).ToList().ForEach(d => handover.Release(d.WebhookSeq));
        handover.HandOver([.. reserved.Where(d => !canceled.Contains(d.Seq))]);
        foreach (var lane in refused.GroupBy(d => (d.OrganizationSeq, d.WebhookSeq)))
        {
            shards.TellFull(lane.Key.WebhookSeq);
            handover.Waiting(lane.Key.OrganizationSeq, lane.Key.WebhookSeq, lane.Min(d => d.DueAt));
        }
    }

    private (List<long> Fresh, List<ClaimedDelivery> Given) Read(NpgsqlConnection connection, long number)
    {
        using var command = new NpgsqlCommand(ReadGiven, connection) { Parameters = { new() { Value = number }, new() { Value = taken.ToArray() } } };
        using var reader = command.ExecuteReader();
        var (fresh, given) = (new List<long>(), new List<ClaimedDelivery>());
        while (reader.Read())
        {
            if (fresh.Count == 0 || fresh[^1] != reader.GetInt64(0))
                fresh.Add(reader.GetInt64(0));
            if (!reader.IsDBNull(1))
                given.Add(PostgresClaims.Map(reader, number, first: 1));
        }

        return (fresh, given);
    }

    private static HashSet<long> ReadBodiesAndCanceled(NpgsqlConnection connection, List<ClaimedDelivery> reserved)
    {
        using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { PostgresClaims.SelectBodies(reserved), new(ReadCanceled) { Parameters = { new() { Value = reserved.Select(d => d.Seq).ToArray() } } } },
        };
        using var reader = batch.ExecuteReader();
        PostgresClaims.ReadBodies(reader, reserved);
        reader.NextResult();
        var canceled = new HashSet<long>();
        while (reader.Read())
            canceled.Add(reader.GetInt64(0));
        return canceled;
    }

    private Task<int> GiveBackAsync(long[] refused, long number, CancellationToken cancellation) => database.WriteHotAsync(
        session =>
        {
            using var command = new NpgsqlCommand(GiveBack, session.Npgsql)
            {
                Parameters =
                {
                    new() { Value = refused.Order().ToArray() }, new() { Value = number }, new() { Value = clock.GetInstant().ToUnixTimeMilliseconds() },
                },
            };
            return command.ExecuteNonQuery();
        },
        cancellation);

    private async Task MarkAsync(CancellationToken cancellation)
    {
        var marked = taken.Order().ToArray();
        await database.WriteHotAsync(
            session =>
            {
                using var command = new NpgsqlCommand(MarkTaken, session.Npgsql) { Parameters = { new() { Value = marked } } };
                return command.ExecuteNonQuery();
            },
            cancellation).ConfigureAwait(false);
        taken.ExceptWith(marked);
        markedAt = clock.GetTimestamp();
    }
}
