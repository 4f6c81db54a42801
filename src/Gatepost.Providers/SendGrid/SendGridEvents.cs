using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Gatepost.Providers.SendGrid;

/// <summary>Reads a batch of events.</summary>
internal static class SendGridEvents
{
    public static ParsedCallback Parse(CallbackRequest request)
    {
        JsonElement? batch = CallbackJson.Parse(request.Body);
        if (batch is not { ValueKind: JsonValueKind.Array })
            throw new CallbackFormatException("The body is no array of events.");
        return ParsedCallback.Of([.. batch.Items().Where(item => item.ValueKind == JsonValueKind.Object).Select(Read)]);
    }

    /// <summary>One that cannot be read is kept as it is: it must not cost the others of the batch their place.</summary>
    private static CallbackEvent Read(JsonElement item)
    {
        try
        {
            return Event(item);
        }
        catch (CallbackFormatException)
        {
            return new CallbackEvent { Kind = CallbackEventKind.Other, Channel = CallbackChannel.Email, DedupKey = DedupKey(item, null) };
        }
    }

    private static CallbackEvent Event(JsonElement item)
    {
        var word = item.Text("event");
        var (status, terminal) = SendGridStatuses.Find(word);
        var id = item.Text("sg_event_id");
        return new CallbackEvent
        {
            Kind = status is null ? CallbackEventKind.Preference : CallbackEventKind.Status,
            Channel = CallbackChannel.Email,
            Status = status,
            ProviderStatus = word == "bounce" && item.Text("type") is { Length: > 0 } type ? $"{word}:{type}" : word,
            ProviderMessageId = item.Text("sg_message_id"),
            ProviderEventId = id,
            Recipient = item.Text("email"),
            OccurredAt = CallbackJson.UnixTime(item.Text("timestamp")),
            ErrorCode = item.Text("status"),
            ErrorReason = item.Text("reason") ?? (status == MessageStatus.Deferred ? item.Text("response") : null),
            Terminal = terminal,
            DedupKey = DedupKey(item, id),
            Reference = item.Text("messageId"),
            Extra = SendGridExtra.Of(item, word),
        };
    }

    private static string DedupKey(JsonElement item, string? id) =>
        $"sendgrid|{id ?? Convert.ToHexStringLower(SHA256.HashData(JsonMarshal.GetRawUtf8Value(item)))}";
}
