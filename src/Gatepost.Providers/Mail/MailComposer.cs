using System.Security.Cryptography;
using System.Text;
using MimeKit;

namespace Gatepost.Providers.Mail;

/// <summary>Makes MIME of an e-mail that a provider took apart: the same fields give the same octets, so that a repetition is recognised.</summary>
internal static class MailComposer
{
    private static readonly FormatOptions Wire = Format();

    public static byte[] Compose(MailFields fields)
    {
        var body = Report(fields) ?? Body(fields);
        SetBoundaries(body, Seed(fields));
        using var stream = new MemoryStream();
        foreach (var (name, value) in fields.Headers)
            Write(stream, name, value);
        stream.Write("MIME-Version: 1.0\r\n"u8);
        body.WriteTo(Wire, stream);
        return stream.ToArray();
    }

    // By hand: MimeKit would add a date and an id of its own, encode what is encoded, and fails to fold a word that is longer than a line (4.18).
    private static void Write(MemoryStream stream, string name, string value)
    {
        if (DescribesContent(name) || name.Length == 0 || !name.All(c => c is > ' ' and <= '~' and not ':'))
            return;
        // A line break inside a value would begin a header of its own.
        stream.Write(Encoding.UTF8.GetBytes($"{name}: {value.ReplaceLineEndings(" ").Replace('\0', ' ')}\r\n"));
    }

    private static bool DescribesContent(string name) =>
        name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || name.Equals("MIME-Version", StringComparison.OrdinalIgnoreCase);

    // A bounce or a receipt keeps its outer type, by which it is recognised.
    private static MultipartReport? Report(MailFields fields)
    {
        var type = fields.Headers.FirstOrDefault(h => h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        if (!ContentType.TryParse(type ?? "", out var parsed) || !parsed.IsMimeType("multipart", "report"))
            return null;
        var report = new MultipartReport(parsed.Parameters["report-type"] ?? "delivery-status") { new TextPart("plain") { Text = fields.Text ?? "" } };
        foreach (var file in fields.Files)
            report.Add(Part(file, id: null));
        return report;
    }

    private static MimeEntity Body(MailFields fields)
    {
        var builder = new BodyBuilder { TextBody = fields.Text, HtmlBody = fields.Html };
        foreach (var file in fields.Files)
        {
            var id = fields.Html is not null && IsContentId(file.ContentId) ? file.ContentId : null;
            (id is null ? builder.Attachments : builder.LinkedResources).Add(Part(file, id));
        }

        return builder.ToMessageBody();
    }

    private static MimePart Part(MailFile file, string? id)
    {
        var type = ContentType.TryParse(file.ContentType ?? "", out var known) && !known.IsMimeType("multipart", "*") ? known : new ContentType("application", "octet-stream");
        var part = new MimePart(type)
        {
            Content = new MimeContent(new MemoryStream(file.Content.ToArray())),
            // RFC 2046 section 5.2.1: a message inside a message is never Base64.
            ContentTransferEncoding = type.IsMimeType("message", "*") ? ContentEncoding.EightBit : ContentEncoding.Base64,
            ContentDisposition = new ContentDisposition(id is null ? ContentDisposition.Attachment : ContentDisposition.Inline),
            FileName = string.IsNullOrEmpty(file.Name) ? null : file.Name,
        };
        if (id is not null)
            part.Headers.Add(HeaderId.ContentId, $"<{id}>");
        return part;
    }

    private static bool IsContentId(string? id) => id is { Length: > 0 } && id.All(c => c is > ' ' and <= '~' and not ('<' or '>'));

    // Boundaries are drawn by chance unless they are given.
    private static void SetBoundaries(MimeEntity entity, string seed)
    {
        if (entity is not Multipart multipart)
            return;
        multipart.Boundary = seed;
        for (var i = 0; i < multipart.Count; i++)
            SetBoundaries(multipart[i], $"{seed}-{i}");
    }

    private static string Seed(MailFields fields)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in fields.Headers)
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}:{value}\n"));
        hash.AppendData(Encoding.UTF8.GetBytes($"{fields.Text}\0{fields.Html}\0"));
        foreach (var file in fields.Files)
            hash.AppendData(file.Content.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private static FormatOptions Format()
    {
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        options.International = true;
        return options;
    }
}
