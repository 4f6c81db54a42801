using System.Collections.Frozen;
using System.Text.Json;

namespace Gatepost.Providers.Meta;

/// <summary>What became of an outbound message.</summary>
internal static class MetaStatuses
{
    private static readonly FrozenDictionary<string, (MessageStatus Status, bool Terminal)> Table = new Dictionary<string, (MessageStatus, bool)>
    {
        ["sent"] = (MessageStatus.Sent, false),
        ["delivered"] = (MessageStatus.Delivered, true),
        ["read"] = (MessageStatus.Read, true),
        // A voice message was listened to.
        ["played"] = (MessageStatus.Read, true),
        ["failed"] = (MessageStatus.Failed, true),
    }.ToFrozenDictionary();

    public static CallbackEvent Read(MetaChange change, JsonElement status)
    {
        var word = status.Text("status");
        var (known, terminal) = Table.GetValueOrDefault(word ?? "");
        var error = status.Member("errors").Items().Select(e => (JsonElement?)e).FirstOrDefault();
        var to = status.Text("recipient_id");
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Status,
            Channel = CallbackChannel.WhatsApp,
            Status = known,
            ProviderStatus = word,
            ProviderMessageId = status.Text("id"),
            Recipient = PhoneNumber.Normalize(to) ?? status.Text("recipient_user_id") ?? status.Text("user_id"),
            From = change.Number,
            OccurredAt = CallbackJson.UnixTime(status.Text("timestamp")),
            ErrorCode = error.Text("code"),
            ErrorReason = error.Member("error_data").Text("details") ?? error.Text("message") ?? error.Text("title"),
            Terminal = terminal,
            DedupKey = $"meta|{change.NumberId}|{status.Text("id") ?? MetaPayload.Digest(status)}|{word}|{status.Text("recipient_participant_id") ?? to}",
            Reference = status.Text("biz_opaque_callback_data"),
            Extra = Specifics(change, status),
        };
    }

    private static Extras Specifics(MetaChange change, JsonElement status) => new Extras()
        .With("phoneNumberId", change.NumberId)
        .With("conversationId", status.Member("conversation").Text("id"))
        .With("pricing", status.Member("pricing").Plain())
        .With("callbackData", status.Text("biz_opaque_callback_data"))
        .With("recipientType", status.Text("recipient_type"))
        .With("participantId", status.Text("recipient_participant_id"));
}
