using Gatepost.Callbacks;
using Gatepost.Messages;
using Gatepost.Providers;

namespace Gatepost.Storage.Sql;

/// <summary>A report that came as a mail counts like one that came as a callback.</summary>
internal sealed class MailReports : IMailReportSink
{
    public CallbackEffect Report(
        WriteSession session, CallbackSource source, MessageStatus status, string? originalMessageId, string? recipient, string? code, string? reason) =>
        MessageWriter.RecordStatus(
            session, source,
            new MessageReport { OriginalMessageId = originalMessageId, Recipient = recipient, Status = status, ErrorCode = code, ErrorReason = reason, Terminal = status is MessageStatus.Bounced or MessageStatus.Complained or MessageStatus.Read });
}
