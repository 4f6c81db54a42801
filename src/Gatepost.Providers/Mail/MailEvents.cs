namespace Gatepost.Providers.Mail;

/// <summary>Makes the inbound event of an e-mail: the same for every way it came.</summary>
internal static class MailEvents
{
    /// <param name="mail">The MIME message and its envelope.</param>
    /// <exception cref="CallbackFormatException">It is no MIME message.</exception>
    public static CallbackEvent Create(InboundMail mail, string? providerStatus = null, string? providerEventId = null)
    {
        var reading = MailReader.Read(mail, MailContext.None);
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Inbound,
            Channel = CallbackChannel.Email,
            ProviderStatus = providerStatus,
            ProviderEventId = providerEventId,
            ProviderMessageId = reading.MessageId,
            // As To: of the envelope, where the provider tells it. Who wrote the mail is in headerFrom.
            From = string.IsNullOrEmpty(mail.EnvelopeFrom) ? reading.From : mail.EnvelopeFrom,
            To = mail.EnvelopeTo.Count > 0 ? mail.EnvelopeTo[0] : (reading.Recipients is [var first, ..] ? first : null),
            Text = reading.Content.VisibleText,
            DedupKey = reading.DedupKey,
            Extra = Extra(mail, reading),
            Mail = mail,
        };
    }

    private static Dictionary<string, object?> Extra(InboundMail mail, MailReading reading)
    {
        var extra = new Dictionary<string, object?>
        {
            ["subject"] = reading.Subject,
            ["headerFrom"] = reading.From,
            ["envelopeFrom"] = mail.EnvelopeFrom,
            ["envelopeTo"] = mail.EnvelopeTo,
            ["attachments"] = reading.Attachments.Select(Attachment).ToList(),
        };
        if (reading.AutoReply)
            extra["autoReply"] = reading.AutoReplyReason;
        if (reading.OverLimit is { } limit)
            extra["overLimit"] = limit;
        if (mail.Verdicts != MailVerdicts.None)
            (extra["spam"], extra["virus"]) = (mail.Verdicts.IsSpam, mail.Verdicts.HasVirus);
        return extra;
    }

    private static Dictionary<string, object?> Attachment(MailAttachment attachment) => new()
    {
        ["fileName"] = attachment.FileName,
        ["contentType"] = attachment.ContentType,
        ["size"] = attachment.Bytes.Length,
        ["sha256"] = attachment.Sha256,
        ["inline"] = attachment.IsInline,
        ["contentId"] = attachment.ContentId,
    };
}
