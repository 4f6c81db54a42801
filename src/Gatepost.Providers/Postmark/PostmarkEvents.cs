using System.Text.Json;

namespace Gatepost.Providers.Postmark;

/// <summary>Reads one event: <c>RecordType</c> says which.</summary>
internal static class PostmarkEvents
{
    public static CallbackEvent Read(JsonElement json)
    {
        var record = json.Text("RecordType") ?? throw new CallbackFormatException("There is no RecordType.");
        var type = json.Text("Type");
        var recipient = EmailAddress.Bare(json.Text("Recipient") ?? json.Text("Email"));
        var at = json.Text("DeliveredAt") ?? json.Text("BouncedAt") ?? json.Text("ReceivedAt") ?? json.Text("ChangedAt");
        var (status, terminal) = PostmarkStatuses.Of(record, type, json.Text("SuppressionReason"));
        return new CallbackEvent
        {
            Kind = IsPreference(json, record) ? CallbackEventKind.Preference : CallbackEventKind.Status,
            Channel = CallbackChannel.Email,
            Status = IsPreference(json, record) ? null : status,
            ProviderStatus = record == "Bounce" ? $"{record}/{type}" : record,
            ProviderMessageId = json.Text("MessageID"),
            ProviderEventId = json.Text("ID"),
            Recipient = recipient,
            From = EmailAddress.Bare(json.Text("From")),
            OccurredAt = CallbackJson.Instant(at),
            ErrorCode = type,
            ErrorReason = type is null ? null : json.Text("Description") ?? json.Text("Details"),
            Terminal = terminal,
            DedupKey = string.Join('|', "postmark", json.Text("MessageID"), record, json.Text("ID") ?? $"{recipient}|{(record == "Delivery" ? null : at)}|{json.Text("OriginalLink")}"),
            Reference = json.Member("Metadata").Text("messageId"),
            Extra = Extra(json, status, terminal),
        };
    }

    /// <summary>A recipient that may be written to again, or one that a bounce blocked: that says nothing of this message.</summary>
    private static bool IsPreference(JsonElement json, string record) =>
        record == "SubscriptionChange" && (json.Text("SuppressSending") == "false" || json.Text("SuppressionReason") == "HardBounce");

    private static Extras Extra(JsonElement json, MessageStatus status, bool terminal) => new Extras()
        .With("bounceType", status != MessageStatus.Bounced ? null : terminal ? "hard" : "soft")
        .With("suppressed", json.Member("SuppressSending").Plain())
        .With("suppressionReason", json.Text("SuppressionReason"))
        .With("clickUrl", json.Text("OriginalLink"))
        .With("details", json.Text("Details"))
        .With("userAgent", json.Text("UserAgent"))
        .With("tag", json.Text("Tag"))
        .With("stream", json.Text("MessageStream"))
        .With("metadata", json.Member("Metadata").Plain());
}
