using System.Globalization;
using System.Text.Json;

namespace Gatepost.Providers.Vonage;

/// <summary>The Messages API, version 1 and the 0.1 before it.</summary>
internal static class VonageMessages
{
    private static readonly string[] FileTypes = ["image", "audio", "video", "file", "sticker", "vcard"];

    /// <exception cref="CallbackFormatException">It is neither a status nor a message.</exception>
    public static CallbackEvent Read(JsonElement json)
    {
        if (json.Text("message_uuid") is not { } id)
            throw new CallbackFormatException("The callback has no message_uuid.");
        return json.Text("status") is { } word ? Status(json, id, word) : Inbound(json, id);
    }

    private static CallbackEvent Status(JsonElement json, string id, string word)
    {
        var (error, workflow) = (json.Member("error"), json.Member("workflow"));
        var (status, terminal) = VonageStatuses.Messages.GetValueOrDefault(word);
        var code = ErrorCode(error);
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Status,
            Channel = Channel(json),
            Status = status,
            ProviderStatus = word,
            ProviderMessageId = id,
            Recipient = Party(json, "to"),
            From = Party(json, "from"),
            OccurredAt = CallbackJson.Instant(json.Text("timestamp")),
            ErrorCode = code,
            ErrorReason = error.Text("detail") ?? error.Text("reason"),
            // A workflow tries its next item when one fails.
            Terminal = terminal && !(status == MessageStatus.Failed && HasSuccessor(workflow)),
            DedupKey = $"vonage-msg:{id}:{word}",
            Reference = json.Text("client_ref"),
            Extra = new Extras()
                .With("channel", json.Text("channel"))
                .With("networkCode", json.Member("destination").Text("network_code"))
                .With("usage", json.Member("usage").Plain())
                .With("workflow", workflow.Plain())
                .With(Extras.RecipientOptedOut, VonageStatuses.IsOptOut(code) ? true : null),
        };
    }

    private static CallbackEvent Inbound(JsonElement json, string id)
    {
        // Version 0.1 has the content one level down.
        var content = json.Member("message").Member("content") ?? json;
        var type = json.Text("message_type") ?? content.Text("type");
        var file = content.Member(FileTypes.FirstOrDefault(name => content.Member(name) is not null) ?? "");
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Inbound,
            Channel = Channel(json),
            ProviderStatus = type,
            ProviderMessageId = id,
            From = Party(json, "from"),
            To = Party(json, "to"),
            Text = InboundText.Normalize(content.Text("text") ?? file.Text("caption") ?? content.Member("reply").Text("title") ?? content.Member("button").Text("text")),
            OccurredAt = CallbackJson.Instant(json.Text("timestamp")),
            DedupKey = $"vonage-msg:{id}",
            Extra = new Extras()
                .With("channel", json.Text("channel"))
                .With("messageType", type)
                .With("profileName", json.Member("profile").Text("name"))
                .With("replyTo", json.Member("context").Text("message_uuid"))
                .With("replyId", content.Member("reply").Text("id"))
                .With("location", content.Member("location").Plain())
                .With("reaction", content.Member("reaction").Text("emoji")),
            Media = file is null ? [] : [new CallbackMedia(null, file.Text("url"), null, file.Text("name"))],
        };
    }

    /// <summary>The numeric title, or the number after the hash of the type; version 0.1 has a code.</summary>
    private static string? ErrorCode(JsonElement? error)
    {
        if (error.Text("title") is { Length: > 0 } title && title.All(char.IsAsciiDigit))
            return title;
        return error.Text("type")?.Split('#') is [_, var code] ? code : error.Text("code");
    }

    private static bool HasSuccessor(JsonElement? workflow) =>
        int.TryParse(workflow.Text("items_number"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && int.TryParse(workflow.Text("items_total"), NumberStyles.None, CultureInfo.InvariantCulture, out var total) && number < total;

    /// <summary>A number as text, or in version 0.1 an object around it.</summary>
    private static string? Party(JsonElement json, string name) =>
        PhoneNumber.Normalize(json.Text(name) ?? json.Member(name).Text("number") ?? json.Member(name).Text("id"));

    private static CallbackChannel Channel(JsonElement json) =>
        (json.Text("channel") ?? json.Member("to").Text("type")) == "whatsapp" ? CallbackChannel.WhatsApp : CallbackChannel.Sms;
}
