using Gatepost.Storage.Sql;
using Gatepost.Deliveries;

namespace Gatepost.Storage.Sqlite;

/// <summary>Writes an ended attempt, the delivery's next state and the webhook's health: the second commit of a delivery's life.</summary>
internal sealed class SqliteAttemptRecorder(FailureRecorder failures)
{
    // The claim is the fence: a delivery that was deleted, or that another epoch took over, is not written over.
    private const string Succeed =
        """
        UPDATE deliveries SET status = 2, attempt_count = $number, run_attempts = run_attempts + $counted,
          next_attempt_at = NULL, epoch = NULL, resume_status = NULL, resume_at = NULL, cancel_requested = 0, crash_count = 0,
          last_outcome = 0, last_status_code = $code, completed_at = $now
        WHERE seq = $seq AND epoch = $epoch AND status = 1
        """;

    private const string InsertAttempt =
        """
        INSERT INTO attempts (delivery_seq, number, trigger, started_at, duration_ms, outcome, message, hint, url, header_names, signed,
          status_code, response_headers, response_body, body_truncated, remote_address)
        VALUES ($delivery, $number, $trigger, $started, $duration, $outcome, $message, $hint, $url, $names, $signed,
          $code, $headers, $body, $truncated, $remote)
        """;

    public void Record(WriteSession session, AttemptRecord record)
    {
        if (record.Result.Outcome == AttemptOutcome.Succeeded ? RecordSuccess(session, record) : failures.Record(session, record))
            Insert(session, record);
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

    private static void Insert(WriteSession session, AttemptRecord record)
    {
        var result = record.Result;
        var statement = session.Prepare(InsertAttempt)
            .Bind(record.Delivery.Seq).Bind(record.Number).Bind((long)record.Delivery.Trigger).Bind(result.StartedAt).Bind((long)result.Duration.TotalMilliseconds)
            .Bind((long)result.Outcome).BindText(result.Message).BindText(result.Hint).BindText(record.Url).BindText(record.HeaderNames).Bind(record.Signed)
            .Bind(result.Status);
        if (result.Status is null)
            statement.BindNull().BindNull();
        else
            statement.BindText(HeaderJson.Write(result.ResponseHeaders)).BindBlob(result.ResponseBody);
        statement.Bind(result.BodyTruncated).BindText(result.RemoteAddress).Run();
    }
}
