using System.Data.Common;
using System.Text.Json;
using Gatepost.Deliveries;
using Gatepost.Events;

namespace Gatepost.Storage.Sql;

/// <summary>A delivery as a SELECT of <see cref="Columns"/> gives it.</summary>
internal sealed class DeliveryRow
{
    public const string Columns =
        """
        d.seq, d.id, w.id AS webhook_id, e.id AS event_id, d.event_seq, d.event_type, d.status, d.attempt_count, d.next_attempt_at,
        d.resume_status, d.last_outcome, d.last_status_code, a.message AS last_message, a.hint AS last_hint, d.created_at, d.completed_at
        """;

    public static string From(DbConnection connection) =>
        $"""
        FROM deliveries d JOIN webhooks w ON w.seq = d.webhook_seq AND w.deleted_at IS NULL JOIN events e ON e.seq = d.event_seq
        LEFT JOIN attempts a ON a.delivery_seq = d.seq AND a.number = d.attempt_count AND a.outcome = d.last_outcome {LastAttempt(connection)}
        """;

    // Without it every day's partition would be asked.
    private static string LastAttempt(DbConnection connection) => connection.IsSqlite ? "" : "AND a.started_at = d.last_attempt_at";

    public long Seq { get; set; }

    public Guid Id { get; set; }

    public Guid WebhookId { get; set; }

    public Guid EventId { get; set; }

    public long EventSeq { get; set; }

    public int EventType { get; set; }

    public int Status { get; set; }

    public int AttemptCount { get; set; }

    public DateTimeOffset? NextAttemptAt { get; set; }

    public int? ResumeStatus { get; set; }

    public int? LastOutcome { get; set; }

    public int? LastStatusCode { get; set; }

    public string? LastMessage { get; set; }

    public string? LastHint { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    public Delivery ToDelivery() => new()
    {
        Id = Id,
        WebhookId = WebhookId,
        EventId = EventId,
        EventType = (EventType)EventType,
        Status = (DeliveryStatus)Status,
        AttemptCount = AttemptCount,
        NextAttemptAt = (DeliveryStatus)Status == DeliveryStatus.Pending && ResumeStatus is null ? NextAttemptAt : null,
        LastOutcome = (AttemptOutcome?)LastOutcome,
        LastStatusCode = LastStatusCode,
        LastMessage = LastMessage,
        LastHint = LastHint,
        CreatedAt = CreatedAt,
        CompletedAt = (DeliveryStatus)Status is DeliveryStatus.Pending or DeliveryStatus.Sending ? null : CompletedAt,
    };
}

/// <summary>An attempt as <c>SELECT * FROM attempts</c> gives it.</summary>
internal sealed class AttemptRow
{
    public int Number { get; set; }

    public int Trigger { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public long DurationMs { get; set; }

    public int Outcome { get; set; }

    public string? Message { get; set; }

    public string? Hint { get; set; }

    public string Url { get; set; } = "";

    public string HeaderNames { get; set; } = "[]";

    public bool Signed { get; set; }

    public int? StatusCode { get; set; }

    public string? ResponseHeaders { get; set; }

    public byte[]? ResponseBody { get; set; }

    public bool BodyTruncated { get; set; }

    public string? RemoteAddress { get; set; }

    public Attempt ToAttempt() => new()
    {
        Number = Number,
        Trigger = (AttemptTrigger)Trigger,
        Url = Url,
        HeaderNames = JsonSerializer.Deserialize<string[]>(HeaderNames)!,
        Signed = Signed,
        Result = new AttemptResult
        {
            Outcome = (AttemptOutcome)Outcome,
            Message = Message,
            Hint = Hint,
            StartedAt = StartedAt,
            Duration = TimeSpan.FromMilliseconds(DurationMs),
            Status = StatusCode,
            ResponseHeaders = HeaderJson.Read(ResponseHeaders),
            ResponseBody = ResponseBody ?? [],
            BodyTruncated = BodyTruncated,
            RemoteAddress = RemoteAddress,
        },
    };
}
