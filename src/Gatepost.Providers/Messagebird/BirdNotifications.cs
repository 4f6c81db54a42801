using System.Text.Json;

namespace Gatepost.Providers.Messagebird;

/// <summary>Bird's notifications: <c>{service, event, payload}</c>, where the payload is the whole message.</summary>
internal static class BirdNotifications
{
    /// <exception cref="CallbackFormatException">It is no notification.</exception>
    public static CallbackEvent Read(JsonElement json)
    {
        if (json.Text("event") is not { } name || json.Member("payload") is not { ValueKind: JsonValueKind.Object } message)
            throw new CallbackFormatException("It is neither a status report nor a notification.");
        var channel = BirdChannels.Read(name);
        if (name.EndsWith(".inbound", StringComparison.Ordinal) || message.Text("direction") == "incoming")
            return Inbound(channel, message);
        return message.Text("status") is { } status ? Status(channel, message, status) : new CallbackEvent
        {
            Kind = CallbackEventKind.Other,
            Channel = channel,
            ProviderStatus = name,
            ProviderMessageId = message.Text("id"),
            DedupKey = $"bird:{message.Text("id")}:{name}:{message.Text("updatedAt")}",
        };
    }

    private static CallbackEvent Status(CallbackChannel channel, JsonElement message, string word)
    {
        var failure = message.Member("failure");
        var (status, terminal) = MessagebirdStatuses.Notifications.GetValueOrDefault(word);
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Status,
            Channel = channel,
            Status = status,
            ProviderStatus = word,
            ProviderMessageId = message.Text("id"),
            Recipient = PhoneNumber.Normalize(Contact(message.Member("receiver"))),
            From = PhoneNumber.Normalize(Connector(message.Member("sender"))),
            OccurredAt = At(message),
            ErrorCode = failure.Text("code"),
            ErrorReason = message.Text("reason") is { Length: > 0 } reason ? reason : message.Text("details"),
            Terminal = terminal,
            DedupKey = $"bird:{message.Text("id")}:{word}",
            Reference = message.Text("reference"),
            Extra = new Extras()
                .With("channelId", message.Text("channelId"))
                .With("failureSource", failure.Member("source").Text("name"))
                .With("carrierCode", failure.Member("source").Text("code")),
        };
    }

    private static CallbackEvent Inbound(CallbackChannel channel, JsonElement message)
    {
        var body = message.Member("body");
        var type = body.Text("type") ?? "";
        var content = body.Member(type);
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Inbound,
            Channel = channel,
            ProviderStatus = type,
            ProviderMessageId = message.Text("id"),
            From = PhoneNumber.Normalize(Contact(message.Member("sender"))),
            To = PhoneNumber.Normalize(Connector(message.Member("receiver"))),
            Text = InboundText.Normalize(content.Text("text")),
            OccurredAt = At(message),
            DedupKey = $"bird:{message.Text("id")}:inbound",
            Extra = new Extras().With("channelId", message.Text("channelId")).With("messageType", type),
            Media = [.. (content.Member("images") ?? content.Member("files")).Items().Select(File)],
        };
    }

    private static CallbackMedia File(JsonElement file) => new(null, file.Text("mediaUrl"), file.Text("contentType"), file.Text("filename"));

    /// <summary>The customer's side is one contact or a list of them.</summary>
    private static string? Contact(JsonElement? side) =>
        (side.Member("contacts") ?? side.Member("contact")).Items().Select(contact => contact.Text("identifierValue")).FirstOrDefault();

    /// <summary>Our side is a connector.</summary>
    private static string? Connector(JsonElement? side) =>
        (side.Member("connectors") ?? side.Member("connector")).Items().Select(connector => connector.Text("identifierValue")).FirstOrDefault();

    private static DateTimeOffset? At(JsonElement message) =>
        CallbackJson.Instant(message.Text("lastStatusAt") ?? message.Text("updatedAt") ?? message.Text("createdAt"));
}
