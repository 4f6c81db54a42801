using System.Collections.Frozen;

namespace Gatepost.Providers.SendGrid;

/// <summary>SendGrid's words. https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event (2026-11)</summary>
internal static class SendGridStatuses
{
    private static readonly FrozenDictionary<string, (MessageStatus? Status, bool Terminal)> Statuses = new Dictionary<string, (MessageStatus?, bool)>
    {
        ["processed"] = (MessageStatus.Queued, false),
        ["deferred"] = (MessageStatus.Deferred, false),
        ["delivered"] = (MessageStatus.Delivered, true),
        ["bounce"] = (MessageStatus.Bounced, true),
        ["dropped"] = (MessageStatus.Failed, true),
        ["open"] = (MessageStatus.Read, true),
        ["click"] = (MessageStatus.Clicked, true),
        ["spamreport"] = (MessageStatus.Complained, true),
        ["unsubscribe"] = (MessageStatus.Unsubscribed, false),
        ["group_unsubscribe"] = (MessageStatus.Unsubscribed, false),
        // A preference, not a status.
        ["group_resubscribe"] = (null, false),
    }.ToFrozenDictionary();

    /// <returns>The status is null where the word is about a preference.</returns>
    public static (MessageStatus? Status, bool Terminal) Find(string? word) =>
        word is not null && Statuses.TryGetValue(word, out var known) ? known : (MessageStatus.Unknown, false);
}
