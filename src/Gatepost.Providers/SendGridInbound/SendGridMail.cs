using System.Globalization;
using System.Security.Cryptography;
using Gatepost.Providers.Mail;
using Gatepost.Providers.Mail.Quotes;

namespace Gatepost.Providers.SendGridInbound;

/// <summary>Reads one e-mail. https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook (2026-11)</summary>
internal static class SendGridMail
{
    public static ParsedCallback Parse(CallbackRequest request)
    {
        var form = new SendGridForm(request);
        var files = SendGridFile.Of(form);
        var raw = form.Bytes("email");
        var mime = raw ?? SendGridMime.Compose(form, files);
        var envelope = form.Json("envelope");
        string[] recipients = [.. envelope.Member("to") is { ValueKind: System.Text.Json.JsonValueKind.Array } to ? to.EnumerateArray().Select(a => CallbackJson.AsText(a)).OfType<string>() : []];

        var mail = new InboundMail(mime, envelope.Text("from"), recipients);
        var created = MailEvents.Create(mail, "inbound_parse");
        // There is no event id. One mail to two of our hosts comes twice, with an envelope each.
        var identity = created.ProviderMessageId ?? Convert.ToHexStringLower(SHA256.HashData((raw ?? request.Body).Span));
        return ParsedCallback.Of(created with
        {
            // SendGrid has chosen the plain text already. The envelope tells a mailing list or a bounce from the person in From, which the mail keeps.
            Text = raw is null && form.Text("text") is { Length: > 0 } plain ? QuoteStripper.Strip(MailText.Lines(plain)).Text : created.Text,
            From = mail.EnvelopeFrom is { Length: > 0 } sender ? sender : created.From,
            DedupKey = $"sendgrid-inbound|{identity}|{string.Join(',', recipients)}",
            Extra = new Extras().WithAll(created.Extra).WithAll(Extra(form, mail, files, raw is not null)),
        });
    }

    private static Extras Extra(SendGridForm form, InboundMail mail, IReadOnlyList<SendGridFile> files, bool isRaw)
    {
        decimal? score = decimal.TryParse(form.Text("spam_score"), NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : null;
        return new Extras()
            .With("messageType", "email")
            .With("mode", isRaw ? "raw" : "parsed")
            .With("envelopeFrom", mail.EnvelopeFrom)
            .With("envelopeTo", mail.EnvelopeTo.ToList<object?>())
            .With("headerFrom", form.Text("from"))
            .With("headerTo", form.Text("to"))
            .With("subject", form.Text("subject"))
            .With("spf", form.Text("SPF"))
            .With("dkim", form.Text("dkim"))
            .With("senderIp", form.Text("sender_ip"))
            .With("spamScore", score)
            .With("attachments", files.Select(f => f.Extra()).ToList<object?>());
    }
}
