using System.Collections.Frozen;

namespace Gatepost.Providers.Twilio;

/// <summary>Twilio's words. https://www.twilio.com/docs/messaging/api/message-resource#message-status-values (2026-11)</summary>
internal static class TwilioStatuses
{
    private static readonly FrozenDictionary<string, (MessageStatus Status, bool Terminal)> Statuses = new Dictionary<string, (MessageStatus, bool)>
    {
        ["accepted"] = (MessageStatus.Accepted, false),
        ["scheduled"] = (MessageStatus.Accepted, false),
        ["queued"] = (MessageStatus.Queued, false),
        ["sending"] = (MessageStatus.Queued, false),
        ["sent"] = (MessageStatus.Sent, false),
        ["partially_delivered"] = (MessageStatus.Sent, false),
        ["delivered"] = (MessageStatus.Delivered, true),
        ["read"] = (MessageStatus.Read, true),
        ["undelivered"] = (MessageStatus.Failed, true),
        ["failed"] = (MessageStatus.Failed, true),
        ["canceled"] = (MessageStatus.Failed, true),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> Errors = new Dictionary<string, string>
    {
        ["21610"] = "The recipient opted out.",
        ["30001"] = "The queue is full.",
        ["30002"] = "The account is suspended.",
        ["30003"] = "The handset cannot be reached.",
        ["30004"] = "The message is blocked.",
        ["30005"] = "The handset is unknown.",
        ["30006"] = "A landline, or a carrier that cannot be reached.",
        ["30007"] = "Filtered by the carrier.",
        ["30008"] = "An unknown error.",
        ["30034"] = "The US A2P 10DLC number is not registered.",
        ["63003"] = "The channel has no such address.",
        ["63005"] = "The channel refused the content.",
        ["63007"] = "The channel does not know the sender.",
        ["63012"] = "An internal error of the channel.",
        ["63013"] = "Against the channel's policy.",
        ["63016"] = "Outside the 24-hour window: use a template.",
        ["63018"] = "The channel's rate limit is exceeded.",
        ["63024"] = "The recipient is invalid.",
        ["63032"] = "Meta keeps this user for an experiment.",
        ["63049"] = "Meta chose not to deliver.",
    }.ToFrozenDictionary();

    public static (MessageStatus Status, bool Terminal) Find(string? word) =>
        word is not null && Statuses.TryGetValue(word, out var known) ? known : (MessageStatus.Unknown, false);

    public static string? Reason(string? errorCode) => errorCode is null ? null : Errors.GetValueOrDefault(errorCode);
}
