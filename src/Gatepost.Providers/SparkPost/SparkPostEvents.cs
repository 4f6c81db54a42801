using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatepost.Providers.Mail;

namespace Gatepost.Providers.SparkPost;

/// <summary>Reads <c>[{"msys":{"message_event":{...}}}]</c>.</summary>
internal static class SparkPostEvents
{
    public static IEnumerable<CallbackEvent> Read(JsonElement json)
    {
        if (json.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
            throw new CallbackFormatException("It is no batch of events.");
        return from item in ((JsonElement?)json).Items()
               let msys = item.Member("msys") ?? throw new CallbackFormatException("An event has no msys.")
               // The test ping has no member.
               from member in msys.Members()
               select Read(member.Name, member.Value);
    }

    private static CallbackEvent Read(string kind, JsonElement json) => kind switch
    {
        "message_event" or "track_event" or "gen_event" or "unsubscribe_event" => Status(json),
        "relay_message" => Inbound(json),
        _ => Common(json) with { Kind = CallbackEventKind.Other },
    };

    private static CallbackEvent Status(JsonElement json)
    {
        var word = json.Text("type") ?? throw new CallbackFormatException("An event has no type.");
        var bounceClass = json.Text("bounce_class");
        var (status, terminal) = SparkPostStatuses.Of(word, bounceClass);
        return Common(json) with
        {
            Status = status,
            ErrorCode = json.Text("error_code"),
            ErrorReason = json.Text("raw_reason") ?? json.Text("reason"),
            Terminal = terminal,
            Extra = new Extras()
                .With("bounceClass", bounceClass)
                .With("bounceType", SparkPostStatuses.BounceType(status, terminal))
                .With("clickUrl", json.Text("target_link_url"))
                .With("messageId", json.Text("message_id"))
                .With("campaign", json.Text("campaign_id"))
                .With("metadata", json.Member("rcpt_meta").Plain()),
        };
    }

    private static CallbackEvent Common(JsonElement json) => new()
    {
        Kind = CallbackEventKind.Status,
        Channel = CallbackChannel.Email,
        ProviderStatus = json.Text("type"),
        ProviderMessageId = json.Text("transmission_id") ?? json.Text("message_id"),
        ProviderEventId = json.Text("event_id"),
        // rcpt_to is in lower case.
        Recipient = EmailAddress.Bare(json.Text("raw_rcpt_to") ?? json.Text("rcpt_to")),
        OccurredAt = CallbackJson.UnixTime(json.Text("timestamp")),
        DedupKey = $"sparkpost|{json.Text("event_id") ?? Digest(json)}",
        Reference = json.Member("rcpt_meta").Text("messageId"),
    };

    private static CallbackEvent Inbound(JsonElement json)
    {
        var content = json.Member("content");
        var text = content.Text("email_rfc822") ?? throw new CallbackFormatException("There is no email_rfc822.");
        string[] to = EmailAddress.Bare(json.Text("rcpt_to")) is { } recipient ? [recipient] : [];
        var mime = content.Text("email_rfc822_is_base64") == "true" ? Decode(text) : Encoding.UTF8.GetBytes(text);
        return MailEvents.Create(new InboundMail(mime, json.Text("msg_from") is { } from ? EmailAddress.Bare(from) ?? "" : null, to));
    }

    private static byte[] Decode(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException e)
        {
            throw new CallbackFormatException("email_rfc822 is no Base64.", e);
        }
    }

    /// <summary>Of the octets: they need not be UTF-8.</summary>
    private static string Digest(JsonElement json) => Convert.ToHexStringLower(SHA256.HashData(JsonMarshal.GetRawUtf8Value(json)));
}
