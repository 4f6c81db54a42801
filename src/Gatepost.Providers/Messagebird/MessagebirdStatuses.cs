using System.Collections.Frozen;

namespace Gatepost.Providers.Messagebird;

/// <summary>The words of all three products.</summary>
internal static class MessagebirdStatuses
{
    /// <summary>Status reports of the SMS API.</summary>
    public static FrozenDictionary<string, (MessageStatus Status, bool Terminal)> Reports { get; } = new Dictionary<string, (MessageStatus, bool)>
    {
        ["scheduled"] = (MessageStatus.Accepted, false),
        ["sent"] = (MessageStatus.Sent, false),
        ["buffered"] = (MessageStatus.Deferred, false),
        ["delivered"] = (MessageStatus.Delivered, true),
        ["expired"] = (MessageStatus.Failed, true),
        ["delivery_failed"] = (MessageStatus.Failed, true),
    }.ToFrozenDictionary();

    /// <summary>Bird's notifications.</summary>
    public static FrozenDictionary<string, (MessageStatus Status, bool Terminal)> Notifications { get; } = new Dictionary<string, (MessageStatus, bool)>
    {
        ["accepted"] = (MessageStatus.Accepted, false),
        ["processing"] = (MessageStatus.Queued, false),
        ["sent"] = (MessageStatus.Sent, false),
        ["delivered"] = (MessageStatus.Delivered, true),
        ["read"] = (MessageStatus.Read, true),
        ["opened"] = (MessageStatus.Read, true),
        ["clicked"] = (MessageStatus.Clicked, true),
        ["sending_failed"] = (MessageStatus.Failed, true),
        ["delivery_failed"] = (MessageStatus.Failed, true),
        ["rejected"] = (MessageStatus.Failed, true),
    }.ToFrozenDictionary();

    /// <summary>Bird's API of 2026: the part of the event type after the channel.</summary>
    public static FrozenDictionary<string, (MessageStatus Status, bool Terminal)> Events { get; } = new Dictionary<string, (MessageStatus, bool)>
    {
        ["accepted"] = (MessageStatus.Accepted, false),
        ["scheduled"] = (MessageStatus.Accepted, false),
        ["processed"] = (MessageStatus.Queued, false),
        ["deferred"] = (MessageStatus.Deferred, false),
        ["sent"] = (MessageStatus.Sent, false),
        ["delivered"] = (MessageStatus.Delivered, true),
        ["read"] = (MessageStatus.Read, true),
        ["opened"] = (MessageStatus.Read, true),
        ["clicked"] = (MessageStatus.Clicked, true),
        // Bird calls it not permanent: a delivery may follow.
        ["undelivered"] = (MessageStatus.Failed, false),
        ["failed"] = (MessageStatus.Failed, true),
        ["rejected"] = (MessageStatus.Failed, true),
        ["canceled"] = (MessageStatus.Failed, true),
        ["expired"] = (MessageStatus.Failed, true),
        ["bounced"] = (MessageStatus.Bounced, true),
        ["out_of_band_bounce"] = (MessageStatus.Bounced, true),
        ["complained"] = (MessageStatus.Complained, true),
        ["unsubscribed"] = (MessageStatus.Unsubscribed, false),
        ["list_unsubscribed"] = (MessageStatus.Unsubscribed, false),
    }.ToFrozenDictionary();
}
