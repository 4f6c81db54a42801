using MimeKit;

namespace Gatepost.Providers.SendGridInbound;

/// <summary>Puts a mail together again from the fields of parsed mode.</summary>
internal static class SendGridMime
{
    /// <param name="seed">Makes the boundaries, so that the same request always gives the same bytes.</param>
    /// <exception cref="CallbackFormatException">The form holds no mail.</exception>
    public static byte[] Compose(SendGridForm form, IReadOnlyList<SendGridFile> files, byte[] seed)
    {
        if (form.Text("headers") is null && form.Text("from") is null)
            throw new CallbackFormatException("The form holds no mail.");
        var message = new MimeMessage();
        // The constructor gives a date and an id, which the mail may not have had.
        message.Headers.Clear();
        var type = AddHeaders(message, form);
        message.Body = type is { MediaType: "multipart", MediaSubtype: "report" } ? Report(form, files, type) : Body(form, files);
        SetBoundaries(message, Convert.ToHexStringLower(seed));
        using var stream = new MemoryStream();
        message.WriteTo(stream);
        return stream.ToArray();
    }

    /// <summary>The mail's own headers, but for those of the body that SendGrid took apart.</summary>
    /// <returns>The type of that body; null when it is not known.</returns>
    private static ContentType? AddHeaders(MimeMessage message, SendGridForm form)
    {
        var headers = Headers(form);
        foreach (var header in headers.Where(h => h.Id != HeaderId.MimeVersion && !h.Field.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)))
            message.Headers.Add(header);
        return ContentType.TryParse(headers[HeaderId.ContentType] ?? "", out var type) ? type : null;
    }

    private static HeaderList Headers(SendGridForm form)
    {
        try
        {
            if (form.Bytes("headers") is { } block)
                return HeaderList.Load(new MemoryStream([.. block.Span, .. "\r\n\r\n"u8]));
        }
        catch (FormatException)
        {
            // Broken headers: the fields hold the essential ones.
        }

        var headers = new HeaderList();
        foreach (var (field, name) in new[] { ("from", "From"), ("to", "To"), ("cc", "Cc"), ("subject", "Subject") })
        {
            if (form.Text(field) is { } value)
                headers.Add(name, value.ReplaceLineEndings(" "));
        }

        return headers;
    }

    private static MimeEntity Body(SendGridForm form, IReadOnlyList<SendGridFile> files)
    {
        var body = new BodyBuilder { TextBody = form.Text("text"), HtmlBody = form.Text("html") };
        foreach (var file in files)
            (file.ContentId is null ? body.Attachments : body.LinkedResources).Add(Part(file));
        return body.ToMessageBody();
    }

    /// <summary>A bounce or a receipt keeps its outer type, by which it is recognised.</summary>
    private static MultipartReport Report(SendGridForm form, IReadOnlyList<SendGridFile> files, ContentType type)
    {
        var report = new MultipartReport(type.Parameters["report-type"] ?? "delivery-status") { new TextPart("plain") { Text = form.Text("text") ?? "" } };
        foreach (var file in files)
            report.Add(Part(file));
        return report;
    }

    private static MimePart Part(SendGridFile file)
    {
        var type = ContentType.TryParse(file.ContentType, out var known) && known.MediaType != "multipart" ? known : new ContentType("application", "octet-stream");
        var part = new MimePart(type)
        {
            Content = new MimeContent(new MemoryStream(file.Content.ToArray())),
            // RFC 2046 5.2.1: a message inside a message is never Base64.
            ContentTransferEncoding = type.MediaType == "message" ? ContentEncoding.EightBit : ContentEncoding.Base64,
            ContentDisposition = new ContentDisposition(file.ContentId is null ? ContentDisposition.Attachment : ContentDisposition.Inline),
            FileName = file.FileName,
        };
        if (file.ContentId is { } id && id.All(c => c is > ' ' and < '\x7f'))
            part.Headers.Add(HeaderId.ContentId, $"<{id}>");
        return part;
    }

    private static void SetBoundaries(MimeMessage message, string seed)
    {
        var entities = new MimeIterator(message);
        for (var number = 0; entities.MoveNext(); number++)
        {
            if (entities.Current is Multipart part)
                part.Boundary = $"{seed}-{number}";
        }
    }
}
