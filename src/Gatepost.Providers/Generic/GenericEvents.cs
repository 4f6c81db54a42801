using System.Text.Json;

namespace Gatepost.Providers.Generic;

/// <summary>Reads <c>{"events":[{messageId, recipient, event, timestamp, reason}]}</c>.</summary>
internal static class GenericEvents
{
    public static IEnumerable<CallbackEvent> Read(JsonElement json) =>
        json.Member("events") is { ValueKind: JsonValueKind.Array } events ? events.EnumerateArray().Select(ReadOne) : throw new CallbackFormatException("There is no list of events.");

    private static CallbackEvent ReadOne(JsonElement json)
    {
        var word = json.StrictText("event") ?? throw new CallbackFormatException("An event has no name.");
        var id = json.Text("messageId")?.Trim('<', '>') ?? throw new CallbackFormatException("An event has no messageId.");
        var (status, terminal) = GenericStatuses.Of(word, json.Text("permanent") != "false");
        var (recipient, at) = (EmailAddress.Bare(json.Text("recipient")), json.Text("timestamp"));
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Status,
            Channel = CallbackChannel.Email,
            Status = status,
            ProviderStatus = word,
            ProviderMessageId = id,
            ProviderEventId = json.Text("eventId"),
            Recipient = recipient,
            OccurredAt = CallbackJson.UnixTime(at) ?? CallbackJson.Instant(at),
            ErrorCode = json.Text("code"),
            ErrorReason = json.Text("reason"),
            Terminal = terminal,
            DedupKey = json.Text("eventId") is { Length: > 0 } key ? $"generic|{key}" : string.Join('|', "generic", id, recipient, word, at),
            Reference = json.Text("reference"),
            Extra = new Extras().With("bounceType", status != MessageStatus.Bounced ? null : terminal ? "hard" : "soft"),
        };
    }
}
