using System.Text.Json;

namespace Gatepost.Providers.Gupshup;

/// <summary>A customer's message in version 2.</summary>
internal static class GupshupMessages
{
    public static CallbackEvent Read(JsonElement json, JsonElement payload)
    {
        var (type, content, context) = (payload.Text("type"), payload.Member("payload"), payload.Member("context"));
        var sender = payload.Member("sender");
        var url = content.Text("url");
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Inbound,
            Channel = CallbackChannel.WhatsApp,
            ProviderStatus = type,
            ProviderMessageId = payload.Text("id"),
            From = PhoneNumber.Normalize(payload.Text("source")) ?? PhoneNumber.Normalize(sender.Text("phone")) ?? sender.Text("userId"),
            To = PhoneNumber.Normalize(json.Text("phone")),
            Text = InboundText.Normalize(content.Text("text") ?? content.Text("caption") ?? content.Text("title")),
            OccurredAt = GupshupEvents.At(json),
            DedupKey = $"gupshup:{payload.Text("id")}",
            Extra = new Extras()
                .With("app", json.Text("app"))
                .With("contentType", type)
                .With("profileName", sender.Text("name"))
                .With("replyTo", context.Text("gsId") ?? context.Text("id"))
                .With("replyId", content.Text("id"))
                .With("postback", content.Text("postbackText") ?? content.Text("reply"))
                .With("reaction", content.Text("emoji"))
                .With("location", type == "location" ? content.Plain() : null)
                .With("contacts", content.Member("contacts").Plain())
                .With("urlExpiry", content.Member("urlExpiry").Plain())
                .With("media", url is null ? null : new List<string> { url }),
            Media = url is null ? [] : [new CallbackMedia(null, url, content.Text("contentType"), content.Text("name"))],
        };
    }
}
