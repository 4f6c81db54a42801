namespace Gatepost.Providers;

/// <summary>What a provider says of an outbound message. The numbers are stored: never renumber one.</summary>
public enum MessageStatus
{
    Unknown = 0,
    Accepted = 1,
    Queued = 2,
    Deferred = 3,
    Sent = 4,
    Delivered = 5,
    Read = 6,
    Clicked = 7,
    Failed = 8,
    Bounced = 9,
    Complained = 10,

    /// <summary>A fact about the recipient, not a state of the message.</summary>
    Unsubscribed = 11,
}
