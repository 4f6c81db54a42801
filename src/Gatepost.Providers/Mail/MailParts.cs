using MimeKit;

namespace Gatepost.Providers.Mail;

/// <summary>One piece of the body: plain text, HTML, or the same in both.</summary>
internal sealed record BodySegment(TextPart? Plain, TextPart? Html);

/// <summary>Sorts the parts of a message into what is read and what is attached.</summary>
internal sealed class MailParts
{
    private readonly List<BodySegment> body = [];
    private readonly List<MimeEntity> attachments = [];

    private MailParts()
    {
    }

    public IReadOnlyList<BodySegment> Body => body;

    public IReadOnlyList<MimeEntity> Attachments => attachments;

    public static MailParts Of(MimeMessage message)
    {
        var parts = new MailParts();
        if (message.Body is { } root)
            parts.Walk(root);
        return parts;
    }

    /// <summary>Recursion ends at the depth that the loader allows.</summary>
    private void Walk(MimeEntity entity)
    {
        switch (entity)
        {
            case MultipartAlternative alternative:
                WalkAlternative(alternative);
                break;
            case Multipart multipart:
                foreach (var part in multipart)
                    Walk(part);
                break;
            case TextPart text when IsBody(text):
                body.Add(text.IsHtml ? new BodySegment(null, text) : new BodySegment(text, null));
                break;
            default:
                attachments.Add(entity);
                break;
        }
    }

    /// <summary>Its children say the same: they are one segment, in which the last of each kind counts (RFC 2046 5.1.4).</summary>
    private void WalkAlternative(MultipartAlternative alternative)
    {
        var before = body.Count;
        foreach (var part in alternative)
            Walk(part);
        var (plain, html) = (body.Skip(before).LastOrDefault(s => s.Plain is not null)?.Plain, body.Skip(before).LastOrDefault(s => s.Html is not null)?.Html);
        body.RemoveRange(before, body.Count - before);
        if (plain is not null || html is not null)
            body.Add(new BodySegment(plain, html));
    }

    /// <summary>A named text after the first is a file that the client shows in place (Apple Mail).</summary>
    private bool IsBody(TextPart text) =>
        !text.IsAttachment && (text.IsPlain || text.IsHtml || text.ContentType.IsMimeType("text", "enriched")) && (text.FileName is null || body.Count == 0);
}
