using MimeKit;

namespace Gatepost.Providers.Mail.Reports;

/// <summary>Reads message disposition notifications (RFC 8098).</summary>
internal static class ReadReceipt
{
    /// <returns>Null when the message is none.</returns>
    public static MailReceipt? Read(MimeMessage message)
    {
        if (message.Body is not Multipart root || ReportPart.Fields(root.OfType<MessageDispositionNotification>().FirstOrDefault()) is not [var fields])
            return null;
        // manual-action/MDN-sent-manually; displayed/error
        var disposition = (fields["Disposition"] ?? "").Split(';')[^1].Split('/', ',')[0].Trim().ToLowerInvariant();
        return new MailReceipt(ReportPart.Address(fields["Final-Recipient"]), disposition, ReportPart.Id(fields["Original-Message-ID"]) ?? ReportPart.OriginalId(root));
    }
}
