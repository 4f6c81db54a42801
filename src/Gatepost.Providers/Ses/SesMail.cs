using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Ses;

/// <summary>Reads an inbound e-mail: whole with the SNS action, only announced with the S3 action.</summary>
internal static class SesMail
{
    private static readonly string[] Verdicts = ["spamVerdict", "virusVerdict", "spfVerdict", "dkimVerdict", "dmarcVerdict"];

    /// <param name="eventId">Of the SNS message.</param>
    public static CallbackEvent Read(JsonElement json, string? eventId)
    {
        var (mail, receipt) = (json.Member("mail"), json.Member("receipt"));
        var sender = EmailAddress.Bare(mail.Text("source"));
        // What the receipt rule matched; the header may name others.
        string[] recipients = [.. (receipt.Member("recipients") ?? mail.Member("destination")).Texts().Select(EmailAddress.Bare).OfType<string>()];
        var content = Content(json, receipt.Member("action"));
        var status = $"Received:{receipt.Member("action").Text("type")}";
        var inbound = content is null
            ? Announced(mail, sender, recipients.FirstOrDefault()) with { ProviderStatus = status, ProviderEventId = eventId }
            : MailEvents.Create(new InboundMail(content, sender, recipients) { Verdicts = Findings(receipt) }, status, eventId);
        return inbound with
        {
            ProviderMessageId = Id(mail) ?? inbound.ProviderMessageId,
            From = Id(mail) is not null && sender is { Length: > 0 } ? sender : inbound.From,
            OccurredAt = CallbackJson.Instant(receipt.Text("timestamp") ?? mail.Text("timestamp")),
            Extra = Extra(inbound, mail, receipt, content, recipients),
        };
    }

    // A complete notification lists the message's header fields, Message-ID among them; then the id is the one that SES goes by
    // (it is the S3 object's name too). Without that list the sender's Message-ID is all that ties it to the e-mail.
    private static string? Id(JsonElement? mail) => mail.Member("headers") is null ? null : mail.Text("messageId");

    private static CallbackEvent Announced(JsonElement? mail, string? sender, string? recipient)
    {
        var id = mail.Text("messageId") ?? throw new CallbackFormatException("There is neither content nor a message id.");
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Inbound,
            Channel = CallbackChannel.Email,
            ProviderMessageId = EmailAddress.Bare(mail.Member("commonHeaders").Text("messageId")) ?? id,
            From = sender,
            To = recipient,
            DedupKey = $"ses|received|{id}|{recipient}",
        };
    }

    private static byte[]? Content(JsonElement json, JsonElement? action)
    {
        if (json.Text("content") is not { } content)
            return null;
        if (action.Text("encoding") != "BASE64")
            return Encoding.UTF8.GetBytes(content);
        var bytes = new byte[content.Length];
        return Convert.TryFromBase64String(content, bytes, out var length) ? bytes[..length] : throw new CallbackFormatException("The content is no Base64.");
    }

    private static Extras Extra(CallbackEvent inbound, JsonElement? mail, JsonElement? receipt, byte[]? content, string[] recipients)
    {
        var (headers, action) = (mail.Member("commonHeaders"), receipt.Member("action"));
        var verdicts = new Extras();
        foreach (var name in Verdicts)
            verdicts.With(name, Verdict(receipt, name));
        return new Extras()
            .With("messageType", "email")
            .With("sesMessageId", mail.Text("messageId"))
            .With("envelopeFrom", EmailAddress.Bare(mail.Text("source")))
            .With("envelopeTo", recipients.Cast<object?>().ToList())
            .With("subject", headers.Text("subject"))
            .With("headerMessageId", headers.Text("messageId"))
            .With("verdicts", verdicts)
            .With("dmarc", Verdict(receipt, "dmarcVerdict")?.ToLowerInvariant())
            .With("spam", Verdict(receipt, "spamVerdict") == "FAIL")
            .With("virus", Verdict(receipt, "virusVerdict") == "FAIL")
            .With("contentBytes", content?.LongLength)
            .With("contentSha256", content is null ? null : Convert.ToHexStringLower(SHA256.HashData(content)))
            .With("fetchBody", content is null ? true : null)
            .With("s3", action.Text("bucketName") is { } bucket ? new Extras().With("bucket", bucket).With("key", action.Text("objectKey")) : null)
            .WithAll(inbound.Extra);
    }

    /// <summary>They come with the signature of SNS. GRAY and PROCESSING_FAILED say nothing.</summary>
    private static MailVerdicts Findings(JsonElement? receipt) => new(
        IsSpam: Verdict(receipt, "spamVerdict") == "FAIL",
        HasVirus: Verdict(receipt, "virusVerdict") == "FAIL",
        DmarcPass: Verdict(receipt, "dmarcVerdict") switch
        {
            "PASS" => true,
            "FAIL" => false,
            _ => null,
        });

    private static string? Verdict(JsonElement? receipt, string name) => receipt.Member(name).Text("status");
}
