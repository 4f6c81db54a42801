using System.Runtime.InteropServices;
using Gatepost.Deliveries;
using Gatepost.Storage.Sql;

namespace Gatepost.Storage.Sqlite;

/// <summary>Writes ended attempts, the deliveries' next states and the webhooks' health: the second commit of a delivery's life.</summary>
internal sealed class SqliteAttemptRecorder(FailureRecorder failures)
{
    private const int RowsAtOnce = 16;

    // The claim is the fence: a delivery that was deleted, or that another epoch took over, is not written over.
    private const string Succeed =
        """
        UPDATE deliveries SET status = 2, attempt_count = $number, run_attempts = run_attempts + $counted,
          next_attempt_at = NULL, epoch = NULL, resume_status = NULL, resume_at = NULL, cancel_requested = 0, crash_count = 0,
          last_outcome = 0, last_status_code = $code, completed_at = $now
        WHERE seq = $seq AND epoch = $epoch AND status = 1
        """;

    // By the number of rows, and OR FAIL: see SqliteEventWriter.
    private static readonly string[] InsertAttempts = [.. Enumerable.Range(0, RowsAtOnce + 1).Select(InsertRows)];

    private static string InsertRows(int rows) =>
        $"""
        INSERT OR FAIL INTO attempts (delivery_seq, number, trigger, started_at, duration_ms, outcome, message, hint, url, header_names, signed,
          status_code, response_headers, response_body, body_truncated, remote_address)
        VALUES {string.Join(", ", Enumerable.Repeat("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows))}
        """;

    public void Record(WriteSession session, IReadOnlyList<AttemptRecord> records)
    {
        var ours = new List<AttemptRecord>(records.Count);
        foreach (var record in records)
        {
            if (record.Result.Outcome == AttemptOutcome.Succeeded ? RecordSuccess(session, record) : failures.Record(session, record))
                ours.Add(record);
        }

        for (var first = 0; first < ours.Count; first += RowsAtOnce)
            Insert(session, CollectionsMarshal.AsSpan(ours)[first..Math.Min(first + RowsAtOnce, ours.Count)]);
    }

    /// <returns>Whether the delivery was still ours.</returns>
    private static bool RecordSuccess(WriteSession session, AttemptRecord record)
    {
        var ours = session.Prepare(Succeed)
            .Bind(record.Number).Bind(record.Delivery.Trigger is AttemptTrigger.Automatic or AttemptTrigger.Replay).Bind(record.Result.Status).Bind(record.EndedAt)
            .Bind(record.Delivery.Seq).Bind(record.Delivery.Epoch)
            .Run() > 0;
        if (ours && record.Delivery.Trigger != AttemptTrigger.Test)
            WebhookHealth.RecordSuccess(session, record.Delivery.WebhookSeq, record.EndedAt);
        return ours;
    }

    private static void Insert(WriteSession session, ReadOnlySpan<AttemptRecord> records)
    {
        var statement = session.Prepare(InsertAttempts[records.Length]);
        foreach (var record in records)
            Bind(statement, record);
        statement.Run();
    }

    private static void Bind(Statement statement, AttemptRecord record)
    {
        var result = record.Result;
        statement
            .Bind(record.Delivery.Seq).Bind(record.Number).Bind((long)record.Delivery.Trigger).Bind(result.StartedAt).Bind((long)result.Duration.TotalMilliseconds)
            .Bind((long)result.Outcome).BindText(result.Message).BindText(result.Hint).BindText(record.Url).BindText(record.HeaderNames).Bind(record.Signed)
            .Bind(result.Status);
        if (result.Status is null)
            statement.BindNull().BindNull();
        else
            statement.BindText(HeaderJson.Write(result.ResponseHeaders)).BindBlob(result.ResponseBody);
        statement.Bind(result.BodyTruncated).BindText(result.RemoteAddress);
    }
}
