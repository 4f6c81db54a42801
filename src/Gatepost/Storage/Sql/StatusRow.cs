using System.Data.Common;
using Dapper;
using Gatepost.Callbacks;
using Gatepost.Messages;
using Gatepost.Providers;

namespace Gatepost.Storage.Sql;

/// <summary>A row of message_statuses, and how events become one.</summary>
internal sealed class StatusRow
{
    private const string Waiting = "message_seq IS NULL AND organization_seq = $organization";
    private const string OfMessage = "message_seq = $message";
    private const string Timed = " AND COALESCE(occurred_at, received_at) = $occurred";

    private const string InsertStatus =
        """
        INSERT INTO message_statuses (organization_seq, message_seq, provider, lookup_id, reference, recipient, status, provider_status,
          terminal, occurred_at, received_at, error_code, error_reason, callback_seq)
        VALUES ($organization, $message, $provider, $lookup, $reference, $recipient, $status, $providerStatus,
          $terminal, $occurred, $received, $code, $reason, $callback)
        """;

    private static readonly string[] Known = [KnownOf(Waiting, ""), KnownOf(OfMessage, ""), KnownOf(Waiting, Timed), KnownOf(OfMessage, Timed)];

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

    public static StatusRow Of(CallbackSource source, CallbackEvent e) => new()
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
    public static StatusRow Of(CallbackSource source, string provider, MessageReport report) => new()
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

    public static IReadOnlyList<StatusRecord> History(DbConnection connection, long messageSeq) =>
        [.. connection.Query<StatusRow>("SELECT * FROM message_statuses WHERE message_seq = @messageSeq ORDER BY seq", new { messageSeq }).Select(row => row.ToRecord())];

    /// <summary>
    /// The same was said of the same message before. Known events are forgotten after a while, and providers repeat some under a new id:
    /// this holds for ever.
    /// </summary>
    public bool IsKnown(WriteSession session, long organization) => session
        .Prepare(Known[(MessageSeq is null ? 0 : 1) + (OccurredAt is null ? 0 : 2)])
        .Bind(MessageSeq ?? organization).BindText(Provider).BindText(LookupId).BindText(Reference).BindText(Recipient).Bind(Status)
        .BindText(ProviderStatus).Bind(Terminal).Bind(OccurredAt).BindText(ErrorCode)
        .RunForNumber() == 1;

    public void Insert(WriteSession session, long organization, long callbackSeq) => session
        .Prepare(InsertStatus)
        .Bind(organization).Bind(MessageSeq).BindText(Provider).BindText(LookupId).BindText(Reference).BindText(Recipient).Bind(Status).BindText(ProviderStatus)
        .Bind(Terminal).Bind(OccurredAt).Bind(ReceivedAt).BindText(ErrorCode).BindText(ErrorReason).Bind(callbackSeq)
        .Run();

    // Each form finds an index of its own: of waiting statuses or of a message's, those without a time or those of one time.
    private static string KnownOf(string owner, string time) =>
        $"""
        SELECT EXISTS (SELECT 1 FROM message_statuses WHERE {owner}
          AND provider = $provider AND lookup_id IS NOT DISTINCT FROM $lookup AND reference IS NOT DISTINCT FROM $reference AND recipient IS NOT DISTINCT FROM $recipient AND status = $status
          AND provider_status IS NOT DISTINCT FROM $providerStatus AND terminal = $terminal AND occurred_at IS NOT DISTINCT FROM $occurred AND error_code IS NOT DISTINCT FROM $code{time})
        """;

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
