using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Mailgun;

/// <summary>Reads an inbound e-mail: as MIME where the route's URL ends in "mime", else from fields.</summary>
internal static class MailgunMail
{
    /// <exception cref="CallbackFormatException">It holds no message, only the address of a stored one.</exception>
    public static CallbackEvent Read(FormParts form)
    {
        var headers = Headers(form);
        var mime = form.First("body-mime")?.Value ?? Composed(form, headers);
        var mail = MailEvents.Create(new InboundMail(mime, EmailAddress.Bare(form.Text("sender")), Recipients(form)));
        var stripped = form.Text("stripped-text");
        return mail with { Text = stripped ?? mail.Text, Extra = Extra(mail, headers) };
    }

    private static byte[] Composed(FormParts form, List<KeyValuePair<string, string>> headers)
    {
        if (form.First("body-plain") is null && form.First("body-html") is null)
            throw new CallbackFormatException("The message is stored at Mailgun: use forward() instead of store().");
        foreach (var (name, field) in new[] { ("From", "from"), ("Subject", "subject") })
        {
            if (form.Text(field) is { } value && !headers.Exists(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
                headers.Add(new(name, value));
        }

        return MailComposer.Compose(new MailFields
        {
            Headers = headers,
            Text = form.Text("body-plain"),
            Html = form.Text("body-html"),
            Files = Files(form),
        });
    }

    private static List<MailFile> Files(FormParts form)
    {
        var ids = ContentIds(form);
        return [.. form.All.Where(p => p.FileName is not null).Select(p => new MailFile(p.FileName, p.ContentType, p.Value, ids.GetValueOrDefault(p.Name)))];
    }

    // {"<img001>": "attachment-1"}
    private static Dictionary<string, string> ContentIds(FormParts form)
    {
        var ids = new Dictionary<string, string>();
        if (form.First("content-id-map") is { } map && CallbackJson.Plain(CallbackJson.Parse(map.Value)) is Dictionary<string, object?> pairs)
        {
            foreach (var (id, part) in pairs)
                ids[part as string ?? ""] = id.Trim('<', '>');
        }

        return ids;
    }

    // [["Received", "..."], ["Subject", "..."]]
    private static List<KeyValuePair<string, string>> Headers(FormParts form)
    {
        if (form.First("message-headers") is not { } list)
            return [];
        var pairs = CallbackJson.Plain(CallbackJson.Parse(list.Value)) as List<object?> ?? [];
        return [.. pairs.OfType<List<object?>>().Where(p => p is [string, string]).Select(p => new KeyValuePair<string, string>((string)p[0]!, (string)p[1]!))];
    }

    private static string[] Recipients(FormParts form) =>
        [.. (form.Text("recipient") ?? "").Split(',').Select(EmailAddress.Bare).OfType<string>()];

    private static Extras Extra(CallbackEvent mail, List<KeyValuePair<string, string>> headers)
    {
        var extra = new Extras().WithAll(mail.Extra);
        foreach (var (name, header) in new[] { ("spf", "X-Mailgun-Spf"), ("dkim", "X-Mailgun-Dkim-Check-Result"), ("spamFlag", "X-Mailgun-Sflag") })
        {
            var found = headers.Where(h => h.Key.Equals(header, StringComparison.OrdinalIgnoreCase)).ToList();
            // The sender can write such a header himself; with two of them nobody knows whose is whose.
            if (found is [var one])
                extra[name] = one.Value;
        }

        return extra;
    }
}
