using Gatepost.Deliveries;

namespace Gatepost.Storage.Sqlite;

/// <summary>Writes an ended attempt, the delivery's next state and the webhook's health: the second commit of a delivery's life.</summary>
internal sealed class SqliteAttemptRecorder(SqliteWebhookHealth health, IDeliveryHandover handover, Epoch epoch)
{
    // The claim is the fence: a delivery that was deleted, or that another epoch took over, is not written over.
    private const string Succeed =
        """
        UPDATE deliveries SET status = 2, attempt_count = $number, run_attempts = run_attempts + $counted,
          next_attempt_at = NULL, epoch = NULL, resume_status = NULL, resume_at = NULL, cancel_requested = 0, crash_count = 0,
          last_outcome = 0, last_status_code = $code, completed_at = $now
        WHERE seq = $seq AND epoch = $epoch AND status = 1
        """;

    private const string ReadClaimed =
        "SELECT run_attempts, resume_status, resume_at, cancel_requested, completed_at FROM deliveries WHERE seq = $seq AND epoch = $epoch AND status = 1";

    private const string Fail =
        """
        UPDATE deliveries SET status = $status, attempt_count = $number, run_attempts = $run, next_attempt_at = $next, trigger = $trigger,
          epoch = NULL, resume_status = $resume, resume_at = $resumeAt, cancel_requested = 0, crash_count = 0,
          last_outcome = $outcome, last_status_code = $code, completed_at = $completed
        WHERE seq = $seq
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
        if (record.Result.Outcome == AttemptOutcome.Succeeded ? RecordSuccess(session, record) : RecordFailure(session, record))
            Insert(session, record);
    }

    // While we hold the claim nobody else counts attempts: the number is ours to give.
    private static int NumberOf(AttemptRecord record) => record.Delivery.AttemptCount + 1;

    /// <returns>Whether the delivery was still ours.</returns>
    private bool RecordSuccess(SqliteWriteSession session, AttemptRecord record)
    {
        var ours = session.Prepare(Succeed)
            .Bind(NumberOf(record)).Bind(record.Delivery.Trigger is AttemptTrigger.Automatic or AttemptTrigger.Replay).Bind(record.Result.Status).Bind(record.EndedAt)
            .Bind(record.Delivery.Seq).Bind(epoch.Number)
            .Run() > 0;
        if (ours && record.Delivery.Trigger != AttemptTrigger.Test)
            SqliteWebhookHealth.RecordSuccess(session, record.Delivery.WebhookSeq, record.EndedAt);
        return ours;
    }

    private bool RecordFailure(SqliteWriteSession session, AttemptRecord record)
    {
        if (Read(session, record) is not { } context)
            return false;
        var counts = record.Delivery.Trigger is AttemptTrigger.Automatic or AttemptTrigger.Replay && record.Result.Outcome != AttemptOutcome.Interrupted;
        var webhook = record.Delivery.WebhookSeq;
        context = context with
        {
            WebhookActive = counts
                ? health.RecordFailure(session, webhook, record.Result, record.EndedAt)
                : SqliteWebhookHealth.IsActive(session, webhook),
        };
        var verdict = AttemptVerdict.Of(record.Result.Outcome, context, record.RetryAt, record.EndedAt);
        Update(session, record, context, verdict);
        if (verdict is { Status: DeliveryStatus.Pending, NextAttemptAt: { } due })
            session.AfterCommit(() => handover.Waiting(record.Delivery.OrganizationSeq, webhook, due));
        return true;
    }

    private AttemptContext? Read(SqliteWriteSession session, AttemptRecord record)
    {
        var row = session.Prepare(ReadClaimed).Bind(record.Delivery.Seq).Bind(epoch.Number);
        try
        {
            if (!row.Step())
                return null;
            return new AttemptContext
            {
                Trigger = record.Delivery.Trigger,
                RunAttempts = (int)row.Number(0),
                ResumeStatus = row.IsNull(1) ? null : (DeliveryStatus)row.Number(1),
                ResumeAt = row.IsNull(2) ? null : row.Instant(2),
                CancelRequested = row.Number(3) != 0,
                WebhookActive = false,
            };
        }
        finally
        {
            row.Reset();
        }
    }

    private static void Update(SqliteWriteSession session, AttemptRecord record, in AttemptContext context, AttemptVerdict verdict)
    {
        var interrupted = record.Result.Outcome == AttemptOutcome.Interrupted && verdict.Status == DeliveryStatus.Pending;
        session.Prepare(Fail)
            .Bind((long)verdict.Status).Bind(NumberOf(record)).Bind(verdict.RunAttempts).Bind(verdict.NextAttemptAt)
            // A manual attempt that was interrupted stays one; after any other end the next attempt is the policy's.
            .Bind((long)(interrupted ? record.Delivery.Trigger : Afterwards(record.Delivery.Trigger)))
            .Bind(interrupted ? (long?)context.ResumeStatus : null)
            .Bind(interrupted ? context.ResumeAt : null)
            .Bind((long)record.Result.Outcome).Bind(record.Result.Status)
            .Bind(verdict.Status == DeliveryStatus.Pending ? null : record.EndedAt)
            .Bind(record.Delivery.Seq)
            .Run();
    }

    private static AttemptTrigger Afterwards(AttemptTrigger trigger) => trigger == AttemptTrigger.Replay ? trigger : AttemptTrigger.Automatic;

    private static void Insert(SqliteWriteSession session, AttemptRecord record)
    {
        var result = record.Result;
        var statement = session.Prepare(InsertAttempt)
            .Bind(record.Delivery.Seq).Bind(NumberOf(record)).Bind((long)record.Delivery.Trigger).Bind(result.StartedAt).Bind((long)result.Duration.TotalMilliseconds)
            .Bind((long)result.Outcome).BindText(result.Message).BindText(result.Hint).BindText(record.Url).BindText(record.HeaderNames).Bind(record.Signed)
            .Bind(result.Status);
        if (result.Status is null)
            statement.BindNull().BindNull();
        else
            statement.BindText(HeaderJson.Write(result.ResponseHeaders)).BindBlob(result.ResponseBody);
        statement.Bind(result.BodyTruncated).BindText(result.RemoteAddress).Run();
    }
}
