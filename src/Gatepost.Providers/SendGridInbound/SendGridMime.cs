using System.Text;
using System.Text.Unicode;
using Gatepost.Providers.Mail;
using MimeKit;

namespace Gatepost.Providers.SendGridInbound;

/// <summary>Puts a mail together again from the fields of parsed mode.</summary>
internal static class SendGridMime
{
    /// <exception cref="CallbackFormatException">The form holds no mail.</exception>
    public static byte[] Compose(SendGridForm form, IReadOnlyList<SendGridFile> files)
    {
        if (form.Bytes("headers") is null && form.Bytes("from") is null)
            throw new CallbackFormatException("The form holds no mail.");
        return MailComposer.Compose(new MailFields
        {
            Headers = Block(form) ?? Essential(form),
            Text = form.Text("text"),
            Html = form.Text("html"),
            Files = [.. files.Select(f => new MailFile(f.FileName, f.ContentType, f.Content, f.ContentId))],
        });
    }

    /// <returns>The mail's own headers; null when they are absent or broken.</returns>
    private static List<KeyValuePair<string, string>>? Block(SendGridForm form)
    {
        if (form.Bytes("headers") is not { } block)
            return null;
        try
        {
            using var stream = new MemoryStream([.. block.Span, .. "\r\n\r\n"u8]);
            var headers = HeaderList.Load(stream);
            return headers.Count == 0 ? null : [.. headers.Select(h => KeyValuePair.Create(h.Field, RawValue(h)))];
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>What stands encoded stays encoded: it is decoded once, when the mail is read.</summary>
    private static string RawValue(Header header) =>
        (Utf8.IsValid(header.RawValue) ? Encoding.UTF8 : Encoding.Latin1).GetString(header.RawValue).Trim();

    private static List<KeyValuePair<string, string>> Essential(SendGridForm form)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var name in (string[])["from", "to", "cc", "subject"])
        {
            if (form.Text(name) is { } value)
                headers.Add(new(name, value));
        }

        return headers;
    }
}
