using Gatepost.Deliveries;

namespace Gatepost.Storage.Sqlite;

/// <summary>Writes an ended attempt, the delivery's next state and the webhook's health: the second commit of a delivery's life.</summary>
internal sealed class SqliteAttemptRecorder(SqliteWebhookHealth health, IDeliveryHandover handover, Epoch epoch)
{
    // The claim is the fence: a delivery that was deleted, or that another epoch took over, is not written over.
    private const string Succeed =
        """
        UPDATE deliveries SET status = 2, attempt_count = attempt_count + 1, run_attempts = run_attempts + $counted,
          next_attempt_at = NULL, epoch = NULL, resume_status = NULL, resume_at = NULL, cancel_requested = 0, crash_count = 0,
          last_outcome = 0, last_status_code = $code, completed_at = $now
        WHERE seq = $seq AND epoch = $epoch AND status = 1 RETURNING attempt_count
        """;

    private const string ReadClaimed =
        "SELECT run_attempts, resume_status, resume_at, cancel_requested, completed_at FROM deliveries WHERE seq = $seq AND epoch = $epoch AND status = 1";

    private const string Fail =
        """
        UPDATE deliveries SET status = $status, attempt_count = attempt_count + 1, run_attempts = $run, next_attempt_at = $next, trigger = $trigger,
          epoch = NULL, resume_status = $resume, resume_at = $resumeAt, cancel_requested = 0, crash_count = 0,
          last_outcome = $outcome, last_status_code = $code, completed_at = $completed
        WHERE seq = $seq RETURNING attempt_count
        """;

    private const string InsertAttempt =
        """
        INSERT INTO attempts (delivery_seq, number, trigger, started_at, duration_ms, outcome, message, hint, url, header_names, signed,
          status_code, response_headers, response_body, body_truncated, remote_address)
        VALUES ($delivery, $number, $trigger, $started, $duration, $outcome, $message, $hint, $url, $names, $signed,
          $code, $headers, $body, $truncated, $remote)
        """;

    public void Record(SqliteWriteSession session, AttemptRecord record)
    {
        var number = record.Result.Outcome == AttemptOutcome.Succeeded ? RecordSuccess(session, record) : RecordFailure(session, record);
        if (number is { } n)
            Insert(session, record, n);
    }

    private long? RecordSuccess(SqliteWriteSession session, AttemptRecord record)
    {
        var command = session.Prepare(Succeed, "$counted", "$code", "$now", "$seq", "$epoch");
        var p = command.Parameters;
        p[0].Value = record.Delivery.Trigger is AttemptTrigger.Automatic or AttemptTrigger.Replay ? 1L : 0L;
        p[1].Value = record.Result.Status ?? (object)DBNull.Value;
        p[2].Value = record.EndedAt.ToUnixTimeMilliseconds();
        p[3].Value = record.Delivery.Seq;
        p[4].Value = epoch.Number;
        var number = (long?)command.ExecuteScalar();
        if (number is not null && record.Delivery.Trigger != AttemptTrigger.Test)
            SqliteWebhookHealth.RecordSuccess(session, record.Delivery.WebhookSeq, record.EndedAt);
        return number;
    }

    private long? RecordFailure(SqliteWriteSession session, AttemptRecord record)
    {
        if (Read(session, record) is not { } context)
            return null;
        var counts = record.Delivery.Trigger is AttemptTrigger.Automatic or AttemptTrigger.Replay && record.Result.Outcome != AttemptOutcome.Interrupted;
        var webhook = record.Delivery.WebhookSeq;
        context = context with
        {
            WebhookActive = counts
                ? health.RecordFailure(session, webhook, record.Result, record.EndedAt)
                : SqliteWebhookHealth.IsActive(session, webhook),
        };
        var verdict = AttemptVerdict.Of(record.Result.Outcome, context, record.RetryAt, record.EndedAt);
        var number = Update(session, record, context, verdict);
        if (verdict is { Status: DeliveryStatus.Pending, NextAttemptAt: { } due })
            session.AfterCommit(() => handover.Waiting(record.Delivery.OrganizationSeq, webhook, due));
        return number;
    }

    private AttemptContext? Read(SqliteWriteSession session, AttemptRecord record)
    {
        var command = session.Prepare(ReadClaimed, "$seq", "$epoch");
        command.Parameters[0].Value = record.Delivery.Seq;
        command.Parameters[1].Value = epoch.Number;
        using var reader = command.ExecuteReader();
        if (!reader.Read())
            return null;
        return new AttemptContext
        {
            Trigger = record.Delivery.Trigger,
            RunAttempts = reader.GetInt32(0),
            ResumeStatus = reader.IsDBNull(1) ? null : (DeliveryStatus)reader.GetInt32(1),
            ResumeAt = reader.IsDBNull(2) ? null : Instant.FromMilliseconds(reader.GetInt64(2)),
            CancelRequested = reader.GetBoolean(3),
            WebhookActive = false,
        };
    }

    private static long? Update(SqliteWriteSession session, AttemptRecord record, in AttemptContext context, AttemptVerdict verdict)
    {
        var command = session.Prepare(
            Fail, "$status", "$run", "$next", "$trigger", "$resume", "$resumeAt", "$outcome", "$code", "$completed", "$seq");
        var interrupted = record.Result.Outcome == AttemptOutcome.Interrupted && verdict.Status == DeliveryStatus.Pending;
        var p = command.Parameters;
        p[0].Value = (long)verdict.Status;
        p[1].Value = verdict.RunAttempts;
        p[2].Value = Milliseconds(verdict.NextAttemptAt);
        // A manual attempt that was interrupted stays one; after any other end the next attempt is the policy's.
        p[3].Value = (long)(interrupted ? record.Delivery.Trigger : Afterwards(record.Delivery.Trigger));
        p[4].Value = interrupted && context.ResumeStatus is { } resume ? (long)resume : DBNull.Value;
        p[5].Value = interrupted ? Milliseconds(context.ResumeAt) : DBNull.Value;
        p[6].Value = (long)record.Result.Outcome;
        p[7].Value = record.Result.Status ?? (object)DBNull.Value;
        p[8].Value = verdict.Status == DeliveryStatus.Pending ? DBNull.Value : record.EndedAt.ToUnixTimeMilliseconds();
        p[9].Value = record.Delivery.Seq;
        return (long?)command.ExecuteScalar();
    }

    private static AttemptTrigger Afterwards(AttemptTrigger trigger) => trigger == AttemptTrigger.Replay ? trigger : AttemptTrigger.Automatic;

    private static void Insert(SqliteWriteSession session, AttemptRecord record, long number)
    {
        var command = session.Prepare(
            InsertAttempt, "$delivery", "$number", "$trigger", "$started", "$duration", "$outcome", "$message", "$hint", "$url", "$names",
            "$signed", "$code", "$headers", "$body", "$truncated", "$remote");
        var result = record.Result;
        var p = command.Parameters;
        p[0].Value = record.Delivery.Seq;
        p[1].Value = number;
        p[2].Value = (long)record.Delivery.Trigger;
        p[3].Value = result.StartedAt.ToUnixTimeMilliseconds();
        p[4].Value = (long)result.Duration.TotalMilliseconds;
        p[5].Value = (long)result.Outcome;
        p[6].Value = result.Message ?? (object)DBNull.Value;
        p[7].Value = result.Hint ?? (object)DBNull.Value;
        p[8].Value = record.Url;
        p[9].Value = record.HeaderNames;
        p[10].Value = record.Signed ? 1L : 0L;
        p[11].Value = result.Status ?? (object)DBNull.Value;
        p[12].Value = result.Status is null ? DBNull.Value : HeaderJson.Write(result.ResponseHeaders);
        p[13].Value = result.Status is null ? DBNull.Value : result.ResponseBody;
        p[14].Value = result.BodyTruncated ? 1L : 0L;
        p[15].Value = result.RemoteAddress ?? (object)DBNull.Value;
        command.ExecuteNonQuery();
    }

    private static object Milliseconds(DateTimeOffset? instant) => instant is { } i ? i.ToUnixTimeMilliseconds() : DBNull.Value;
}
