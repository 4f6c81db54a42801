using Dapper;
using Gatepost.Deliveries;

namespace Gatepost.Storage.Sql;

/// <summary>Writes an attempt that did not succeed: the delivery's next state and the webhook's health.</summary>
internal sealed class FailureRecorder(WebhookHealth health, IDeliveryHandover handover)
{
    // The claim is the fence: a delivery that was deleted, or that another epoch took over, is not written over.
    private const string ReadClaimed =
        "SELECT run_attempts, resume_status, resume_at, cancel_requested FROM deliveries WHERE seq = $seq AND epoch = $epoch AND status = 1";

    private const string ReadAndLock = ReadClaimed + " FOR UPDATE";

    private static readonly string Fail = FailWith("");

    private static readonly string FailWithPartition = FailWith(", last_attempt_at = $started");

    private static string FailWith(string more) =>
        $"""
        UPDATE deliveries SET status = $status, attempt_count = $number, run_attempts = $run, next_attempt_at = $next, trigger = $trigger,
          epoch = NULL, resume_status = $resume, resume_at = $resumeAt, cancel_requested = 0, crash_count = 0,
          last_outcome = $outcome, last_status_code = $code, completed_at = $completed{more}
        WHERE seq = $seq
        """;

    /// <returns>Whether the delivery was still ours.</returns>
    public bool Record(WriteSession session, AttemptRecord record)
    {
        if (Read(session, record) is not { } context)
            return false;
        var counts = record.Delivery.Trigger is AttemptTrigger.Automatic or AttemptTrigger.Replay && record.Result.Outcome != AttemptOutcome.Interrupted;
        var webhook = record.Delivery.WebhookSeq;
        context = context with
        {
            WebhookActive = counts
                ? health.RecordFailure(session, webhook, record.Result, record.EndedAt)
                : WebhookHealth.IsActive(session, webhook),
        };
        var verdict = AttemptVerdict.Of(record.Result.Outcome, context, record.RetryAt, record.EndedAt);
        Update(session, record, context, verdict);
        // What was skipped before a person tried it is counted.
        if (verdict.Status == DeliveryStatus.Skipped && context.ResumeStatus != DeliveryStatus.Skipped)
            session.Connection.Execute("UPDATE webhooks SET skipped_since = skipped_since + 1 WHERE seq = @webhook", new { webhook });
        if (verdict is { Status: DeliveryStatus.Pending, NextAttemptAt: { } due })
            session.AfterCommit(() => handover.Waiting(record.Delivery.OrganizationSeq, webhook, due));
        return true;
    }

    private static AttemptContext? Read(WriteSession session, AttemptRecord record)
    {
        var row = session.Prepare(session.Connection.IsSqlite ? ReadClaimed : ReadAndLock).Bind(record.Delivery.Seq).Bind(record.Delivery.Epoch);
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

    private static void Update(WriteSession session, AttemptRecord record, in AttemptContext context, AttemptVerdict verdict)
    {
        var interrupted = record.Result.Outcome == AttemptOutcome.Interrupted && verdict.Status == DeliveryStatus.Pending;
        var statement = session.Prepare(session.Connection.IsSqlite ? Fail : FailWithPartition)
            .Bind((long)verdict.Status).Bind(record.Number).Bind(verdict.RunAttempts).Bind(verdict.NextAttemptAt)
            // A manual attempt that was interrupted stays one; after any other end the next attempt is the policy's.
            .Bind((long)(interrupted ? record.Delivery.Trigger : Afterwards(record.Delivery.Trigger)))
            .Bind(interrupted ? (long?)context.ResumeStatus : null)
            .Bind(interrupted ? context.ResumeAt : null)
            .Bind((long)record.Result.Outcome).Bind(record.Result.Status)
            .Bind(verdict.Status == DeliveryStatus.Pending ? null : record.EndedAt);
        if (!session.Connection.IsSqlite)
            statement.Bind(record.Result.StartedAt);
        statement.Bind(record.Delivery.Seq).Run();
    }

    private static AttemptTrigger Afterwards(AttemptTrigger trigger) => trigger == AttemptTrigger.Replay ? trigger : AttemptTrigger.Automatic;
}
