using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Mandrill;

/// <summary>Reads one item of a batch.</summary>
internal static class MandrillEvents
{
    /// <returns>Null for what says nothing of a message: changes of the allow and deny lists.</returns>
    public static CallbackEvent? Read(JsonElement item) => item.Text("event") switch
    {
        null => null,
        "inbound" => Inbound(item),
        var word => Status(item, word),
    };

    private static CallbackEvent Status(JsonElement item, string word)
    {
        var message = item.Member("msg");
        var (status, terminal) = MandrillStatuses.Of(word);
        var id = item.Text("_id") ?? message.Text("_id");
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Status,
            Channel = CallbackChannel.Email,
            Status = status,
            ProviderStatus = word,
            ProviderMessageId = id,
            Recipient = EmailAddress.Bare(message.Text("email")),
            From = EmailAddress.Bare(message.Text("sender")),
            OccurredAt = CallbackJson.UnixTime(item.Text("ts")),
            ErrorCode = message.Text("bounce_description"),
            ErrorReason = message.Text("diag") ?? message.Text("reject") ?? message.Member("reject").Text("reason") ?? Diagnosis(message, status),
            Terminal = terminal,
            DedupKey = id is null ? $"mandrill|{Digest(item)}" : $"mandrill|{id}|{word}|{item.Text("ts")}|{item.Text("url")}",
            Reference = message.Member("metadata").Text("messageId"),
            Extra = Extra(item, message, word),
        };
    }

    private static CallbackEvent Inbound(JsonElement item)
    {
        var message = item.Member("msg");
        var raw = message.Text("raw_msg") ?? throw new CallbackFormatException("There is no raw_msg.");
        string[] to = EmailAddress.Bare(message.Text("email")) is { } address ? [address] : [];
        // Mandrill does not tell the envelope's sender.
        var mail = MailEvents.Create(new InboundMail(Encoding.UTF8.GetBytes(raw), EnvelopeFrom: null, to));
        var extra = new Extras()
            .With("spf", message.Member("spf").Text("result"))
            .With("dkim", message.Member("dkim").Member("valid").Plain())
            .With("spamScore", message.Member("spam_report").Text("score"));
        return mail with { Extra = extra.WithAll(mail.Extra) };
    }

    // A deferral has no text of its own: the last talk with the other server tells.
    private static string? Diagnosis(JsonElement? message, MessageStatus status) =>
        status == MessageStatus.Deferred ? message.Member("smtp_events").Items().LastOrDefault().Text("diag") : null;

    private static Extras Extra(JsonElement item, JsonElement? message, string word) => new Extras()
        .With("bounceType", MandrillStatuses.BounceType(word))
        .With("clickUrl", item.Text("url"))
        .With("ip", item.Text("ip"))
        .With("userAgent", item.Text("user_agent"))
        .With("tags", message.Member("tags").Plain())
        .With("metadata", message.Member("metadata").Plain());

    private static string Digest(JsonElement item) => Convert.ToHexStringLower(SHA256.HashData(JsonMarshal.GetRawUtf8Value(item)));
}
