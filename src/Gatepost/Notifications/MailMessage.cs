using MimeKit;

namespace Gatepost.Notifications;

/// <summary>Writes the mail of a notification. MimeKit encodes every value, so none can end its header and begin another.</summary>
internal static class MailMessage
{
    /// <returns>Null when the recipient is not one mail address.</returns>
    public static MimeMessage? Of(DueMail mail, MailboxAddress from)
    {
        if (ParseAddress(mail.Recipient) is not { } recipient)
            return null;
        var message = new MimeMessage
        {
            Subject = mail.Title,
            Date = mail.CreatedAt,
            // The same on every try: should the server have taken a mail whose answer was lost, the copies are recognised.
            MessageId = $"{mail.NotificationId:N}.{mail.Seq}@{from.Domain}",
            Body = new TextPart("plain") { Text = mail.Text + "\n" },
        };
        message.From.Add(from);
        message.To.Add(recipient);
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834: no out-of-office answers to it
        return message;
    }

    /// <summary>One address with a domain, perhaps with a name before it; anything else is null.</summary>
    public static MailboxAddress? ParseAddress(string? text) =>
        MailboxAddress.TryParse(text ?? "", out var address) && !string.IsNullOrEmpty(address.Domain) ? address : null;
}
