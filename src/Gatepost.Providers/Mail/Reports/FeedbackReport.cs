using MimeKit;

namespace Gatepost.Providers.Mail.Reports;

/// <summary>Reads spam reports (ARF, RFC 5965).</summary>
internal static class FeedbackReport
{
    /// <returns>Null when the message is none.</returns>
    public static MailComplaint? Read(MimeMessage message)
    {
        if (message.Body is not Multipart root || ReportPart.Fields(root.OfType<MessageFeedbackReport>().FirstOrDefault()) is not [var fields])
            return null;
        var type = (fields["Feedback-Type"] ?? "").Trim().ToLowerInvariant();
        return new MailComplaint(type, ReportPart.Address(fields["Original-Rcpt-To"]), ReportPart.OriginalId(root));
    }
}
