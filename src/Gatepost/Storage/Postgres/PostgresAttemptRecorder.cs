using Gatepost.Deliveries;
using Gatepost.Storage.Sql;
using Npgsql;
using NpgsqlTypes;
using static Gatepost.Storage.Postgres.PostgresValues;

namespace Gatepost.Storage.Postgres;

/// <summary>
/// Writes ended attempts: the successes of a batch in one statement, each failure by itself. The claim is the fence: of a delivery
/// whose row carries another epoch by now, nothing is written.
/// </summary>
internal sealed class PostgresAttemptRecorder(FailureRecorder failures, TimeProvider clock)
{
    private static readonly TimeSpan TouchEvery = TimeSpan.FromSeconds(1);

    private const string Succeed =
        """
        WITH ended AS (
          UPDATE deliveries d SET status = 2, attempt_count = e.number, run_attempts = d.run_attempts + e.counted, next_attempt_at = NULL, epoch = NULL,
            resume_status = NULL, resume_at = NULL, cancel_requested = 0, crash_count = 0, last_outcome = 0, last_status_code = e.code,
            last_attempt_at = e.started, completed_at = e.started + e.duration
          FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::integer[], $5::bigint[], $6::integer[], $7::integer[], $8::integer[], $9::text[],
            $10::text[], $11::integer[], $12::text[], $13::bytea[], $14::integer[], $15::text[])
            AS e (seq, epoch, number, counted, started, duration, code, trigger, url, names, signed, headers, body, truncated, remote)
          WHERE d.seq = e.seq AND d.epoch = e.epoch AND d.status = 1
          RETURNING e.*)
        INSERT INTO attempts (delivery_seq, number, trigger, started_at, duration_ms, outcome, url, header_names, signed, status_code,
          response_headers, response_body, body_truncated, remote_address)
        SELECT seq, number, trigger, started, duration, 0, url, names, signed, code, headers, body, truncated, remote FROM ended
        """;

    private const string Touch =
        """
        UPDATE webhooks w SET consecutive_failures = 0, failing_since = NULL, last_delivery_at = s.at
        FROM unnest($1::bigint[], $2::bigint[]) AS s (seq, at) WHERE w.seq = s.seq
        """;

    private const string InsertAttempt =
        """
        INSERT INTO attempts (delivery_seq, number, trigger, started_at, duration_ms, outcome, message, hint, url, header_names, signed,
          status_code, response_headers, response_body, body_truncated, remote_address)
        VALUES ($delivery, $number, $trigger, $started, $duration, $outcome, $message, $hint, $url, $names, $signed,
          $code, $headers, $body, $truncated, $remote)
        """;

    private readonly Lock gate = new();
    private readonly Dictionary<long, long> healthySince = []; // webhooks whose last attempt succeeded, and when their row was last told so

    /// <summary>The last that its write does: successes alone go to the server together with the commit.</summary>
    /// <returns>How many were given.</returns>
    public int Record(PostgresWriteSession session, IReadOnlyList<AttemptRecord> records)
    {
        // By number: two statements that take the same rows take them in one order.
        var successes = records.Where(r => r.Result.Outcome == AttemptOutcome.Succeeded).OrderBy(r => r.Delivery.Seq).ToList();
        if (successes.Count > 0)
            RecordSuccesses(session, successes, isLast: successes.Count == records.Count);
        foreach (var record in records.Where(r => r.Result.Outcome != AttemptOutcome.Succeeded).OrderBy(r => r.Delivery.WebhookSeq).ThenBy(r => r.Delivery.Seq))
        {
            Forget(record.Delivery.WebhookSeq);
            if (failures.Record(session, record))
                Insert(session, record);
        }

        return records.Count;
    }

    private void RecordSuccesses(PostgresWriteSession session, List<AttemptRecord> records, bool isLast)
    {
        var batch = new NpgsqlBatch(session.Npgsql);
        batch.BatchCommands.Add(Command(Succeed, [.. Parameters(records)]));
        var touched = DueForTouch(records);
        if (touched.Count > 0)
            batch.BatchCommands.Add(Command(Touch, Values(touched.Select(t => t.Webhook)), Values(touched.Select(t => t.At))));
        session.AfterRollback(() => touched.ForEach(t => Forget(t.Webhook)));
        if (isLast)
        {
            session.RunWithCommit(batch);
            return;
        }

        using (batch)
            batch.ExecuteNonQuery();
    }

    private static IEnumerable<NpgsqlParameter> Parameters(List<AttemptRecord> records) =>
    [
        Values(records.Select(r => r.Delivery.Seq)),
        Values(records.Select(r => r.Delivery.Epoch)),
        Values(records.Select(r => r.Number)),
        Values(records.Select(r => r.Delivery.Trigger is AttemptTrigger.Automatic or AttemptTrigger.Replay ? 1 : 0)),
        Values(records.Select(r => r.Result.StartedAt.ToUnixTimeMilliseconds())),
        Values(records.Select(r => (int)r.Result.Duration.TotalMilliseconds)),
        Values(records.Select(r => r.Result.Status)),
        Values(records.Select(r => (int)r.Delivery.Trigger)),
        Values(records.Select(r => r.Url)),
        Values(records.Select(r => r.HeaderNames)),
        Values(records.Select(r => r.Signed ? 1 : 0)),
        Texts(records.Select(r => r.Result.Status is null ? null : HeaderJson.Text(r.Result.ResponseHeaders))),
        Bodies(records.Select(r => r.Result.Status is null ? null : r.Result.ResponseBody)),
        Values(records.Select(r => r.Result.BodyTruncated ? 1 : 0)),
        Texts(records.Select(r => r.Result.RemoteAddress)),
    ];

    // A success after a success changes nothing that matters: its time is written once a second.
    private List<(long Webhook, long At)> DueForTouch(List<AttemptRecord> records)
    {
        var due = new SortedDictionary<long, long>();
        lock (gate)
        {
            foreach (var record in records)
            {
                if (record.Delivery.Trigger == AttemptTrigger.Test)
                    continue;
                var (webhook, now) = (record.Delivery.WebhookSeq, clock.GetTimestamp());
                if (healthySince.TryGetValue(webhook, out var told) && clock.GetElapsedTime(told, now) < TouchEvery)
                    continue;
                healthySince[webhook] = now;
                due[webhook] = record.EndedAt.ToUnixTimeMilliseconds();
            }
        }

        return [.. due.Select(d => (d.Key, d.Value))];
    }

    private void Forget(long webhook)
    {
        lock (gate)
            healthySince.Remove(webhook);
    }

    private static void Insert(PostgresWriteSession session, AttemptRecord record)
    {
        var result = record.Result;
        session.Prepare(InsertAttempt)
            .Bind(record.Delivery.Seq).Bind(record.Number).Bind((long)record.Delivery.Trigger).Bind(result.StartedAt).Bind((long)result.Duration.TotalMilliseconds)
            .Bind((long)result.Outcome).BindText(result.Message).BindText(result.Hint).BindText(record.Url).BindText(record.HeaderNames).Bind(record.Signed)
            .Bind(result.Status).BindText(result.Status is null ? null : HeaderJson.Text(result.ResponseHeaders))
            .BindBlobOrNull(result.Status is null ? null : result.ResponseBody).Bind(result.BodyTruncated).BindText(result.RemoteAddress)
            .Run();
    }

    private static NpgsqlParameter Texts(IEnumerable<string?> values) => new()
    {
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        Value = values.Select(StorableText.Of).ToArray(),
    };

    private static NpgsqlParameter Bodies(IEnumerable<byte[]?> values) => new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea, Value = values.ToArray() };
}
