using System.Text.Json;

namespace Gatepost.Providers.Messagebird;

/// <summary>Bird's API of 2026: <c>{type, timestamp, data}</c>.</summary>
internal static class BirdEvents
{
    /// <param name="webhookId">Signed, and the same when the event comes again.</param>
    public static CallbackEvent Read(JsonElement json, string? webhookId)
    {
        var type = json.Text("type") ?? throw new CallbackFormatException("The event has no type.");
        // Bird's read-me shows the fields at the top, its types show them in data.
        var data = json.Member("data") ?? json;
        var common = new CallbackEvent
        {
            Kind = CallbackEventKind.Other,
            Channel = BirdChannels.Read(type),
            ProviderStatus = type,
            ProviderEventId = webhookId,
            ProviderMessageId = MessageId(data, type),
            OccurredAt = CallbackJson.Instant(json.Text("timestamp")),
            DedupKey = $"bird:{webhookId}",
        };
        var word = type[(type.IndexOf('.', StringComparison.Ordinal) + 1)..];
        if (type.Contains("_suppression.", StringComparison.Ordinal))
            return common with { Kind = CallbackEventKind.Preference, Recipient = Recipient(data) };
        if (word is "received" or "reacted" && common.Channel != CallbackChannel.Email)
            return Inbound(common, data);
        return MessagebirdStatuses.Events.TryGetValue(word, out var known) ? Status(common, data, known) : common;
    }

    private static CallbackEvent Status(CallbackEvent common, JsonElement data, (MessageStatus Status, bool Terminal) known)
    {
        var error = data.Member("error");
        return common with
        {
            Kind = CallbackEventKind.Status,
            Status = known.Status,
            Recipient = Recipient(data),
            From = PhoneNumber.Normalize(data.Text("from")),
            ErrorCode = error.Text("code"),
            ErrorReason = error.Text("description"),
            Terminal = known.Terminal,
            Reference = data.Member("metadata").Text("messageId") ?? data.Member("metadata").Text("message_id") ?? data.Member("metadata").Text("reference"),
            Extra = new Extras()
                .With("carrier", data.Text("carrier"))
                .With("mccMnc", data.Text("mcc_mnc"))
                .With("carrierCode", error.Text("carrier_error_code"))
                .With("segments", data.Member("segments").Plain())
                .With("tags", data.Member("tags").Plain())
                .With("metadata", data.Member("metadata").Plain())
                .With(Extras.RecipientOptedOut, error.Text("code") == "recipient_opted_out" ? true : null),
        };
    }

    private static CallbackEvent Inbound(CallbackEvent common, JsonElement data) => common with
    {
        Kind = CallbackEventKind.Inbound,
        From = PhoneNumber.Normalize(data.Text("from")),
        To = PhoneNumber.Normalize(data.Text("to")),
        Text = InboundText.Normalize(data.Text("text") ?? data.Member("text").Text("body")),
        Extra = new Extras().With("reaction", data.Text("emoji")),
        Media = [.. data.Member("media").Items().Select(file => new CallbackMedia(
            file.Text("id"), file.Text("url"), file.Text("content_type") ?? file.Text("mime_type"), file.Text("filename")))],
    };

    private static string? MessageId(JsonElement data, string type) =>
        data.Text($"{type.Split('.')[0]}_id") ?? data.Text("message_id") ?? data.Text("id");

    private static string? Recipient(JsonElement data) => PhoneNumber.Normalize(data.Text("to") ?? data.Text("recipient"));
}
