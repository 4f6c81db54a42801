using Gatepost.Deliveries;
using Gatepost.Events;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>How claimed deliveries are read.</summary>
internal static class PostgresClaims
{
    /// <summary>Of deliveries d, in the order of <see cref="Map"/>.</summary>
    public const string Columns =
        "d.seq, d.id, d.organization_seq, d.webhook_seq, d.event_seq, d.event_type, d.trigger, d.attempt_count, d.run_attempts, d.crash_count, d.next_attempt_at";

    /// <param name="first">Where the columns begin.</param>
    public static ClaimedDelivery Map(NpgsqlDataReader row, long epoch, int first = 0) => new()
    {
        Seq = row.GetInt64(first),
        Id = row.GetGuid(first + 1),
        Epoch = epoch,
        OrganizationSeq = row.GetInt64(first + 2),
        WebhookSeq = row.GetInt64(first + 3),
        EventSeq = row.GetInt64(first + 4),
        EventType = (EventType)row.GetInt32(first + 5),
        Trigger = (AttemptTrigger)row.GetInt32(first + 6),
        AttemptCount = row.GetInt32(first + 7),
        RunAttempts = row.GetInt32(first + 8),
        CrashCount = row.GetInt32(first + 9),
        DueAt = Instant.FromMilliseconds(row.GetInt64(first + 10)),
    };

    public static NpgsqlBatchCommand SelectBodies(IEnumerable<ClaimedDelivery> claimed) => new("SELECT seq, payload FROM events WHERE seq = ANY($1) AND payload IS NOT NULL")
    {
        Parameters = { new() { Value = claimed.Select(d => d.EventSeq).Distinct().ToArray() } },
    };

    // Webhooks of one organization share events: one copy of a body serves all that are claimed together.
    public static void ReadBodies(NpgsqlDataReader reader, IReadOnlyList<ClaimedDelivery> claimed)
    {
        var bodies = new Dictionary<long, EventBody>();
        while (reader.Read())
            bodies.Add(reader.GetInt64(0), new EventBody(reader.GetFieldValue<byte[]>(1)));
        foreach (var delivery in claimed)
            delivery.Body = bodies.GetValueOrDefault(delivery.EventSeq);
    }
}
