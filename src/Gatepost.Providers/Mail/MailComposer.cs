using System.Security.Cryptography;
using MimeKit;
using MimeKit.Utils;

namespace Gatepost.Providers.Mail;

/// <summary>Makes MIME of an e-mail that a provider took apart: the same fields give the same octets, so that a repetition is recognised.</summary>
internal static class MailComposer
{
    private static readonly FormatOptions Wire = Format();

    public static byte[] Compose(MailFields fields)
    {
        var message = new MimeMessage();
        // The constructor makes a date and a Message-ID: only what was sent may be there.
        message.Headers.Clear();
        foreach (var (name, value) in fields.Headers)
            Add(message, name, value);
        message.Body = Body(fields);
        Settle(message.Body, Seed(fields));
        using var stream = new MemoryStream();
        message.WriteTo(Wire, stream);
        return stream.ToArray();
    }

    private static void Add(MimeMessage message, string name, string value)
    {
        var describesContent = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || name.Equals("MIME-Version", StringComparison.OrdinalIgnoreCase);
        if (describesContent || name.Length == 0 || !name.All(c => c is > ' ' and <= '~' and not ':'))
            return;
        // A line break inside a value would begin a header of its own.
        message.Headers.Add(name, value.ReplaceLineEndings(" ").Replace('\0', ' '));
    }

    private static MimeEntity Body(MailFields fields)
    {
        var builder = new BodyBuilder { TextBody = fields.Text, HtmlBody = fields.Html };
        foreach (var file in fields.Files)
        {
            if (!ContentType.TryParse(file.ContentType ?? "", out var type) || type.IsMimeType("multipart", "*") || type.IsMimeType("message", "*"))
                type = new ContentType("application", "octet-stream");
            var name = string.IsNullOrEmpty(file.Name) ? "attachment" : file.Name;
            var id = MimeUtils.EnumerateReferences($"<{file.ContentId}>").FirstOrDefault();
            var into = id is not null && fields.Html is not null ? builder.LinkedResources : builder.Attachments;
            var part = into.Add(name, file.Content.ToArray(), type);
            part.ContentId = id;
        }

        return builder.ToMessageBody();
    }

    // Boundaries and Content-IDs are drawn by chance unless they are given.
    private static void Settle(MimeEntity entity, string seed)
    {
        if (entity is not Multipart multipart)
            return;
        multipart.Boundary = $"=-{seed}";
        for (var i = 0; i < multipart.Count; i++)
            Settle(multipart[i], $"{seed}.{i}");
    }

    private static string Seed(MailFields fields)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in fields.Headers)
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{name}:{value}\n"));
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{fields.Text}\0{fields.Html}\0"));
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
