using System.Security.Cryptography;
using Gatepost.Providers.Mail.Reports;
using MimeKit;

namespace Gatepost.Providers.Mail;

/// <summary>
/// Reads an inbound e-mail: what it says, whom it is from, which ticket it names and what becomes of it. Pure: no network, no database.
/// </summary>
public static class MailReader
{
    private const string TooMuch = "(This message is too large or too complex to be shown. It is kept as it came.)";

    /// <exception cref="CallbackFormatException">It is no MIME message.</exception>
    public static MailReading Read(InboundMail mail, MailContext context)
    {
        var (message, overLimit) = MailLoader.Load(mail.Mime);
        var parts = MailParts.Of(message);
        var body = MailBody.Read(parts.Body);
        var draft = Sender(mail, message, body, context) with { OverLimit = overLimit };
        if (overLimit is not null)
            draft = draft with { Content = new MailContent { VisibleText = TooMuch, Text = TooMuch } };
        else if (draft.AutoReplyReason is not (AutoReplyReasons.DeliveryStatus or AutoReplyReasons.ReadReceipt or AutoReplyReasons.FeedbackReport))
            draft = draft with { Attachments = AttachmentReader.Read(parts.Attachments, body.Pictures) };
        return Match(Candidates(draft, mail, body, context), context);
    }

    private static MailReading Sender(InboundMail mail, MimeMessage message, MailBody body, MailContext context)
    {
        var sender = message.From.Mailboxes.FirstOrDefault();
        var from = sender?.Address is { Length: > 0 } address ? MailText.Clean(address) : null;
        var replyTo = message.ReplyTo.Mailboxes.FirstOrDefault()?.Address;
        return Automatic(mail, message, body.Content, new MailReading
        {
            Candidates = [],
            Content = body.Content,
            Attachments = [],
            From = from,
            FromName = sender?.Name is { Length: > 0 } name ? MailText.Clean(name) : null,
            ReplyTo = replyTo is null || replyTo.Equals(from, StringComparison.OrdinalIgnoreCase) ? null : MailText.Clean(replyTo),
            Recipients = MailAddresses.Recipients(message),
            Subject = MailText.Clean(message.Subject ?? ""),
            MessageId = message.MessageId is { Length: > 0 } id ? id : null,
            InReplyTo = MailMatcher.Ids(message, HeaderId.InReplyTo) is [var first, ..] ? first : null,
            References = MailMatcher.Ids(message, HeaderId.References),
            SentAt = SentAt(message, context.Now),
            DedupKey = message.MessageId is { Length: > 0 } key ? $"msgid:{key}" : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(mail.Mime.Span))}",
            Dmarc = SenderTrust.Dmarc(mail, message, from, context),
            Verdicts = mail.Verdicts,
            SenderIsAgent = from is not null && context.AgentDomains.Contains(MailAddresses.Domain(from), StringComparer.OrdinalIgnoreCase),
            SuppressAutoResponse = AutomaticMail.SuppressesAnswers(message),
        }, context);
    }

    private static MailReading Automatic(InboundMail mail, MimeMessage message, MailContent content, MailReading draft, MailContext context)
    {
        if (AutomaticMail.LoopReason(message, draft.From, context) is { } loop)
            return draft with { AutoReplyReason = loop };
        if (DeliveryReport.Read(message) is { Count: > 0 } bounces)
            return draft with { AutoReplyReason = AutoReplyReasons.DeliveryStatus, Bounces = bounces };
        if (ReadReceipt.Read(message) is { } receipt)
            return draft with { AutoReplyReason = AutoReplyReasons.ReadReceipt, Receipt = receipt };
        if (FeedbackReport.Read(message) is { } complaint)
            return draft with { AutoReplyReason = AutoReplyReasons.FeedbackReport, Complaint = complaint };
        if (PlainBounce.Read(mail, message, content.Text) is { } bounce)
            return draft with { AutoReplyReason = AutoReplyReasons.DeliveryStatus, Bounces = [bounce] };
        return draft with { AutoReplyReason = AutomaticMail.Reason(message) };
    }

    private static MailReading Candidates(MailReading draft, InboundMail mail, MailBody body, MailContext context)
    {
        var matcher = new MailMatcher(context);
        matcher.AddRecipients(mail, draft.Recipients);
        matcher.AddOriginals([.. draft.Bounces.Select(b => b.OriginalMessageId), draft.Complaint?.OriginalMessageId, draft.Receipt?.OriginalMessageId]);
        matcher.AddThread(draft.InReplyTo, draft.References);
        matcher.AddBody(draft.Content.Text);
        matcher.AddBody(body.RawHtml);
        matcher.AddSubject(draft.Subject);
        return draft with { Candidates = matcher.Found, HasForgedToken = matcher.HasForgedToken };
    }

    private static MailReading Match(MailReading mail, MailContext context)
    {
        foreach (var candidate in mail.Candidates)
        {
            var ticket = context.FindTicket is { } find ? find(candidate)
                : candidate.IsSigned ? new MailTicket(candidate.Ticket!, []) : null;
            if (ticket is not null)
                return mail.Resolve(candidate, ticket);
        }

        return mail.Resolve(null, null);
    }

    /// <summary>The sender's clock: a wrong zone is common, the future is not.</summary>
    private static DateTimeOffset? SentAt(MimeMessage message, DateTimeOffset now) =>
        message.Date is { Year: > 1990 } date && (now == DateTimeOffset.MaxValue || date.UtcDateTime <= now.UtcDateTime.AddDays(1)) ? date.ToUniversalTime() : null;
}
