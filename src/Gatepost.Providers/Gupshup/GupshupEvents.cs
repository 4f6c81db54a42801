using System.Security.Cryptography;
using System.Text.Json;

namespace Gatepost.Providers.Gupshup;

/// <summary>Version 2: <c>{app, timestamp, version, type, payload}</c>.</summary>
internal static class GupshupEvents
{
    /// <exception cref="CallbackFormatException">It is no event.</exception>
    public static CallbackEvent Read(JsonElement json)
    {
        if (json.Text("type") is not { } type || json.Member("payload") is not { ValueKind: JsonValueKind.Object } payload)
            throw new CallbackFormatException("The event has no type or no payload.");
        return type switch
        {
            "message-event" => Status(json, payload),
            "message" => GupshupMessages.Read(json, payload),
            "user-event" => Preference(json, payload),
            _ => Other(json, type),
        };
    }

    /// <summary>Milliseconds, of the envelope.</summary>
    public static DateTimeOffset? At(JsonElement json) => CallbackJson.UnixTime(json.Text("timestamp"));

    private static CallbackEvent Status(JsonElement json, JsonElement payload)
    {
        var word = payload.Text("type") ?? "";
        var detail = payload.Member("payload");
        // What was enqueued, or failed at once, has Gupshup's id in "id" and no gsId; later events have WhatsApp's id there.
        var (id, gsId) = (payload.Text("id"), payload.Text("gsId"));
        var (status, terminal) = GupshupStatuses.Find(word);
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Status,
            Channel = CallbackChannel.WhatsApp,
            Status = status,
            ProviderStatus = word,
            ProviderMessageId = gsId ?? id,
            Recipient = PhoneNumber.Normalize(payload.Text("destination")) ?? payload.Text("userId"),
            OccurredAt = CallbackJson.UnixTime(detail.Text("ts")) ?? At(json),
            ErrorCode = detail.Text("code"),
            ErrorReason = detail.Text("reason"),
            Terminal = terminal,
            DedupKey = GupshupStatuses.DedupKey(gsId ?? id, word),
            Extra = new Extras()
                .With("app", json.Text("app"))
                .With("whatsappMessageId", detail.Text("whatsappMessageId") ?? (gsId is null ? null : id))
                .With("conversationId", payload.Member("conversation").Text("id"))
                .With("pricing", payload.Member("pricing").Plain())
                .With(Extras.RecipientOptedOut, detail.Text("code") == GupshupStatuses.OptedOut ? true : null),
        };
    }

    /// <summary><c>sandbox-start</c> is a ping when the URL is set: its phone is no number.</summary>
    private static CallbackEvent Preference(JsonElement json, JsonElement payload)
    {
        var (phone, word) = (payload.Text("phone"), payload.Text("type"));
        return new CallbackEvent
        {
            Kind = word switch
            {
                "opted-out" => CallbackEventKind.Status,
                "opted-in" => CallbackEventKind.Preference,
                _ => CallbackEventKind.Other,
            },
            Channel = CallbackChannel.WhatsApp,
            Status = word == "opted-out" ? MessageStatus.Unsubscribed : null,
            ProviderStatus = word,
            Recipient = PhoneNumber.Normalize(phone),
            OccurredAt = At(json),
            DedupKey = $"gupshup:{phone}:{word}:{json.Text("timestamp")}",
            Extra = new Extras().With("app", json.Text("app")),
        };
    }

    private static CallbackEvent Other(JsonElement json, string type) => new()
    {
        Kind = CallbackEventKind.Other,
        Channel = CallbackChannel.WhatsApp,
        ProviderStatus = type,
        OccurredAt = At(json),
        DedupKey = $"gupshup:{type}:{Convert.ToHexStringLower(SHA256.HashData(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(json)))}",
    };
}
