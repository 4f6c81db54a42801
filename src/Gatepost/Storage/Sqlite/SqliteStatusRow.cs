using Dapper;
using Gatepost.Callbacks;
using Gatepost.Messages;
using Gatepost.Providers;
using Microsoft.Data.Sqlite;

namespace Gatepost.Storage.Sqlite;

/// <summary>A row of message_statuses, and how events become one.</summary>
internal sealed class SqliteStatusRow
{
    public long? MessageSeq { get; set; }

    public string Provider { get; init; } = "";

    /// <summary>In the form that <see cref="MessageLookup"/> makes.</summary>
    public string? LookupId { get; init; }

    public string? Reference { get; init; }

    public string? Recipient { get; init; }

    public int Status { get; init; }

    public string? ProviderStatus { get; init; }

    public bool Terminal { get; init; }

    public DateTimeOffset? OccurredAt { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorReason { get; init; }

    public static SqliteStatusRow Of(CallbackSource source, CallbackEvent e) => new()
    {
        Provider = source.Provider,
        LookupId = MessageLookup.Of(source.Provider, e.ProviderMessageId),
        Reference = e.Reference is { Length: > 0 } reference ? reference : null,
        Recipient = e.Recipient,
        Status = (int)(e.Status ?? MessageStatus.Unknown),
        ProviderStatus = e.ProviderStatus,
        Terminal = e.Terminal,
        OccurredAt = e.OccurredAt,
        ReceivedAt = source.ReceivedAt,
        ErrorCode = e.ErrorCode,
        ErrorReason = e.ErrorReason,
    };

    /// <param name="provider">Stands for mail, which comes past the provider.</param>
    public static SqliteStatusRow Of(CallbackSource source, string provider, MessageReport report) => new()
    {
        Provider = provider,
        LookupId = MessageLookup.WithoutBrackets(report.OriginalMessageId),
        Recipient = report.Recipient,
        Status = (int)report.Status,
        ProviderStatus = report.ProviderStatus,
        Terminal = report.Terminal,
        OccurredAt = report.OccurredAt,
        ReceivedAt = source.ReceivedAt,
        ErrorCode = report.ErrorCode,
        ErrorReason = report.ErrorReason,
    };

    public static IReadOnlyList<StatusRecord> History(SqliteConnection connection, long messageSeq) =>
        [.. connection.Query<SqliteStatusRow>("SELECT * FROM message_statuses WHERE message_seq = @messageSeq ORDER BY seq", new { messageSeq }).Select(row => row.ToRecord())];

    /// <summary>
    /// The same was said of the same message before. Known events are forgotten after a while, and providers repeat some under a new id:
    /// this holds for ever.
    /// </summary>
    public bool IsKnown(SqliteConnection connection, long organization) => connection.ExecuteScalar<bool>(
        $"""
        SELECT EXISTS (SELECT 1 FROM message_statuses WHERE {(MessageSeq is null ? "message_seq IS NULL AND organization_seq = @organization" : "message_seq = @MessageSeq")}
          AND provider = @Provider AND lookup_id IS @LookupId AND reference IS @Reference AND recipient IS @Recipient AND status = @Status
          AND provider_status IS @ProviderStatus AND terminal = @Terminal AND occurred_at IS @OccurredAt AND error_code IS @ErrorCode
          {(OccurredAt is null ? "" : "AND COALESCE(occurred_at, received_at) = @OccurredAt")})
        """,
        Parameters(organization, 0));

    public void Insert(SqliteConnection connection, long organization, long callbackSeq) => connection.Execute(
        """
        INSERT INTO message_statuses (organization_seq, message_seq, provider, lookup_id, reference, recipient, status, provider_status,
          terminal, occurred_at, received_at, error_code, error_reason, callback_seq)
        VALUES (@organization, @MessageSeq, @Provider, @LookupId, @Reference, @Recipient, @Status, @ProviderStatus,
          @Terminal, @OccurredAt, @ReceivedAt, @ErrorCode, @ErrorReason, @callbackSeq)
        """,
        Parameters(organization, callbackSeq));

    private object Parameters(long organization, long callbackSeq) => new
    {
        organization,
        MessageSeq,
        Provider,
        LookupId,
        Reference,
        Recipient,
        Status,
        ProviderStatus,
        Terminal,
        OccurredAt,
        ReceivedAt,
        ErrorCode,
        ErrorReason,
        callbackSeq,
    };

    private StatusRecord ToRecord() => new()
    {
        Status = (MessageStatus)Status,
        ProviderStatus = ProviderStatus,
        OccurredAt = OccurredAt,
        ReceivedAt = ReceivedAt,
        ErrorCode = ErrorCode,
        ErrorReason = ErrorReason,
        Terminal = Terminal,
    };
}
