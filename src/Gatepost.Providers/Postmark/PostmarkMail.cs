using System.Text;
using System.Text.Json;
using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Postmark;

/// <summary>Reads an inbound e-mail: its MIME where "Include raw email content" is on, else its fields.</summary>
internal static class PostmarkMail
{
    private static readonly (string Header, string Field)[] Fields = [("From", "From"), ("To", "To"), ("Cc", "Cc"), ("Subject", "Subject"), ("Date", "Date"), ("Reply-To", "ReplyTo")];

    public static CallbackEvent Read(JsonElement json)
    {
        if (json.Member("FromFull") is null && json.Text("From") is null)
            throw new CallbackFormatException("It is no inbound e-mail.");
        var mime = json.Text("RawEmail") is { Length: > 0 } raw ? Encoding.UTF8.GetBytes(raw) : Compose(json);
        string[] to = EmailAddress.Bare(json.Text("OriginalRecipient")) is { } recipient ? [recipient] : [];
        return MailEvents.Create(new InboundMail(mime, EnvelopeFrom(json), to), providerEventId: json.Text("MessageID"));
    }

    private static byte[] Compose(JsonElement json)
    {
        var headers = Headers(json).ToList();
        foreach (var (header, field) in Fields)
        {
            if (Value(json, field) is { Length: > 0 } value && !headers.Exists(h => h.Key.Equals(header, StringComparison.OrdinalIgnoreCase)))
                headers.Add(new(header, value));
        }

        return MailComposer.Compose(new MailFields
        {
            Headers = headers,
            Text = NotEmpty(json.Text("TextBody")),
            Html = NotEmpty(json.Text("HtmlBody")),
            Files = [.. json.Member("Attachments").Items().Select(File)],
        });
    }

    /// <summary>From is the address alone: its name stands in FromFull.</summary>
    private static string? Value(JsonElement json, string field)
    {
        if (field != "From" || json.Member("FromFull").Text("Email") is not { } address)
            return json.Text(field);
        var name = json.Member("FromFull").Text("Name");
        return string.IsNullOrEmpty(name) ? address : $"\"{name.Replace("\\", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal)}\" <{address}>";
    }

    private static IEnumerable<KeyValuePair<string, string>> Headers(JsonElement json) =>
        from header in json.Member("Headers").Items()
        let name = header.Text("Name")
        let value = header.Text("Value")
        where name is not null && value is not null
        select new KeyValuePair<string, string>(name, value);

    /// <summary>Postmark's test button writes Data in place of Content.</summary>
    private static MailFile File(JsonElement json)
    {
        var id = json.Text("ContentID")?.Trim('<', '>');
        return new MailFile(json.Text("Name"), json.Text("ContentType"), Decode(json.Text("Content") ?? json.Text("Data") ?? ""), NotEmpty(id));
    }

    private static byte[] Decode(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException e)
        {
            throw new CallbackFormatException("An attachment is no Base64.", e);
        }
    }

    /// <summary>Postmark writes its SMTP sender into Return-Path; only the first one is its own.</summary>
    private static string? EnvelopeFrom(JsonElement json) =>
        Headers(json).FirstOrDefault(h => h.Key.Equals("Return-Path", StringComparison.OrdinalIgnoreCase)).Value is { } path ? EmailAddress.Bare(path) ?? "" : null;

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
