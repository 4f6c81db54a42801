using System.Net;
using System.Text;
using Gatepost.Providers.Mail;
using Gatepost.Tickets;

namespace Gatepost.Callbacks;

/// <summary>Makes a ticket's message of a mail: the body is what the sender wrote, quotes and all are kept beside it.</summary>
internal static class MailDraft
{
    private const string NoSubject = "(no subject)";

    public static InboundDraft Of(MailReading mail, DateTimeOffset now)
    {
        var (visible, whole) = (mail.Content.VisibleText, mail.Content.Text);
        var text = !string.IsNullOrWhiteSpace(visible) ? visible : !string.IsNullOrWhiteSpace(whole) ? whole : InboundDraft.NoText;
        var body = InboundDraft.Cut(text, MessageInput.MaxBody);
        var showsAll = body.Length == text.Length && (text == InboundDraft.NoText || text.Trim() == whole.Trim());
        var html = Html(mail.Content, showsAll);
        var isKept = showsAll || html?.IsWhole == true;
        return new InboundDraft
        {
            Subject = Subject(mail.Subject),
            Author = Author(mail),
            Channel = "email",
            Body = body,
            BodyHtml = html?.Text,
            Attachments = [.. mail.Attachments.Select(a => Attachment(a, now)), .. isKept ? [] : new[] { FullText(whole, now) }],
        };
    }

    // Plain mail has no HTML of its own: there, it is what shows the quotes.
    private static (string Text, bool IsWhole)? Html(MailContent content, bool showsAll)
    {
        if (content.Html is { } html)
            return Fits(html) ? (html, true) : content.VisibleHtml is { } visible && Fits(visible) ? (visible, false) : null;
        var plain = showsAll ? null : $"<pre>{WebUtility.HtmlEncode(content.Text)}</pre>";
        return plain is not null && Fits(plain) ? (plain, true) : null;
    }

    private static bool Fits(string html) => html.Length <= MessageInput.MaxBodyHtml;

    private static string Subject(string subject) => subject.Length == 0 ? NoSubject : InboundDraft.Cut(subject, TicketRules.MaxSubject);

    private static Contact Author(MailReading mail)
    {
        var email = mail.From is { } from && EmailAddresses.IsValid(from) ? from : null;
        var name = string.IsNullOrEmpty(mail.FromName) ? (email is null ? mail.From : null) : mail.FromName;
        return new Contact { Name = name is null ? null : InboundDraft.Cut(name, Contact.MaxName), Email = email };
    }

    private static TicketAttachment Attachment(MailAttachment file, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        FileName = file.FileName,
        ContentType = file.ContentType,
        Size = file.Bytes.Length,
        Inline = file.IsInline,
        ContentId = file.ContentId,
        Blocked = file.IsBlocked,
        Content = file.Bytes.ToArray(),
    };

    private static TicketAttachment FullText(string text, DateTimeOffset now)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new TicketAttachment { Id = Guid.CreateVersion7(now), FileName = "full-message.txt", ContentType = "text/plain", Size = bytes.Length, Content = bytes };
    }
}
