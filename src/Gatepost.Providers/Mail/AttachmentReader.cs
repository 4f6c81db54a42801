using System.Security.Cryptography;
using MimeKit;

namespace Gatepost.Providers.Mail;

/// <summary>Decodes attached parts.</summary>
internal static class AttachmentReader
{
    /// <param name="parts">In the order of the message.</param>
    /// <param name="shown">Content ids and locations that the HTML shows.</param>
    public static IReadOnlyList<MailAttachment> Read(IReadOnlyList<MimeEntity> parts, IReadOnlySet<string> shown) =>
        [.. parts.Select((part, index) => Read(part, index + 1, shown))];

    private static MailAttachment Read(MimeEntity part, int number, IReadOnlySet<string> shown)
    {
        var bytes = Bytes(part);
        var name = (part as MimePart)?.FileName ?? part.ContentDisposition?.FileName ?? part.ContentType.Name;
        var type = part.ContentType.MimeType.ToLowerInvariant();
        var safeName = AttachmentName.Safe(name ?? SubjectName(part), number, type);
        return new MailAttachment
        {
            RawFileName = name,
            FileName = safeName,
            ContentType = type,
            ContentId = part.ContentId,
            IsInline = (part.ContentId is { } id && shown.Contains(id)) || (part.ContentLocation is { } place && shown.Contains(place.OriginalString)),
            IsBlocked = AttachmentName.IsDangerous(safeName, type),
            Bytes = bytes,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        };
    }

    private static byte[] Bytes(MimeEntity part)
    {
        using var stream = new MemoryStream();
        if (part is MessagePart { Message: { } message })
            message.WriteTo(stream);
        else if (part is MimePart { Content: { } content })
            content.DecodeTo(stream);
        return stream.ToArray();
    }

    private static string? SubjectName(MimeEntity part) => part is MessagePart { Message.Subject: { Length: > 0 } subject } ? $"{subject}.eml" : null;
}
