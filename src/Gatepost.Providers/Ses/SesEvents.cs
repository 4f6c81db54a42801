using System.Globalization;
using System.Text.Json;

namespace Gatepost.Providers.Ses;

/// <summary>Reads what became of an outbound message: one event for each recipient.</summary>
internal static class SesEvents
{
    /// <param name="eventId">Of the SNS message.</param>
    public static IEnumerable<CallbackEvent> Read(JsonElement json, string word, string? eventId)
    {
        var known = SesStatuses.Of(word);
        var details = json.Member(known.Details);
        foreach (var (address, recipient) in Recipients(json.Member("mail"), details, known))
            yield return Create(json, word, eventId, address, recipient);
    }

    private static CallbackEvent Create(JsonElement json, string word, string? eventId, string? address, JsonElement recipient)
    {
        var known = SesStatuses.Of(word);
        var (mail, details) = (json.Member("mail"), json.Member(known.Details));
        var (id, time) = (mail.Text("messageId"), details.Text("timestamp") ?? mail.Text("timestamp"));
        var kind = Kind(known, details);
        return new CallbackEvent
        {
            Kind = kind,
            Channel = CallbackChannel.Email,
            Status = kind == CallbackEventKind.Status ? known.Status : null,
            ProviderStatus = word,
            ProviderMessageId = id,
            ProviderEventId = eventId,
            Recipient = address,
            From = EmailAddress.Bare(mail.Text("source")),
            OccurredAt = CallbackJson.Instant(time),
            ErrorCode = ErrorCode(known, details, recipient, word),
            ErrorReason = ErrorReason(known, details, recipient),
            Terminal = known.Terminal,
            // Both dialects may tell the same thing, in SNS messages of their own.
            DedupKey = $"ses|{id}|{word}|{address}|{details.Text("feedbackId") ?? time}|{details.Text("link")}",
            Reference = mail.Member("tags").Member("messageId").Texts().FirstOrDefault(),
            Extra = SesExtra.Of(known, details, mail),
        };
    }

    private static CallbackEventKind Kind(SesWord known, JsonElement? details) => known.Status switch
    {
        MessageStatus.Unsubscribed when !SesStatuses.HasLeft(details) => CallbackEventKind.Preference,
        // The mailbox's owner says that it was no spam after all.
        MessageStatus.Complained when details.Text("complaintFeedbackType") == "not-spam" => CallbackEventKind.Other,
        _ => CallbackEventKind.Status,
    };

    private static string? ErrorCode(SesWord known, JsonElement? details, JsonElement recipient, string word) => known.Status switch
    {
        MessageStatus.Bounced => recipient.Text("status"),
        MessageStatus.Deferred => recipient.Text("status") ?? details.Text("delayType"),
        MessageStatus.Failed => word.Replace(" ", "", StringComparison.Ordinal),
        _ => null,
    };

    private static string? ErrorReason(SesWord known, JsonElement? details, JsonElement recipient) => known.Status switch
    {
        MessageStatus.Bounced => recipient.Text("diagnosticCode") ?? SesExtra.BounceName(details),
        MessageStatus.Deferred => recipient.Text("diagnosticCode"),
        MessageStatus.Complained => details.Text("complaintFeedbackType") ?? details.Text("complaintSubType"),
        MessageStatus.Failed => details.Text("reason") ?? details.Text("errorMessage"),
        _ => null,
    };

    private static List<(string? Address, JsonElement Details)> Recipients(JsonElement? mail, JsonElement? details, SesWord known)
    {
        var named = known.Recipients is null ? null : details.Member(known.Recipients);
        var all = (named ?? mail.Member("destination")) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(one => (EmailAddress.Bare(one.ValueKind == JsonValueKind.String ? CallbackJson.AsText(one) : one.Text("emailAddress")), one)).ToList()
            : [];
        // Opens and clicks do not tell whose they are: of several recipients, nobody's.
        var isAnybody = known.Status is MessageStatus.Read or MessageStatus.Clicked && all.Count > 1;
        return all.Count == 0 || isAnybody ? [(null, default)] : all;
    }

    internal static IEnumerable<string> Texts(this JsonElement? list) =>
        list is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray().Select(item => CallbackJson.AsText(item)).OfType<string>() : [];

    internal static string? Seconds(string? time) =>
        CallbackJson.Instant(time)?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
