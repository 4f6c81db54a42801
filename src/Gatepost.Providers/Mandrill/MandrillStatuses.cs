namespace Gatepost.Providers.Mandrill;

/// <summary>Mandrill's words.</summary>
internal static class MandrillStatuses
{
    private static readonly Dictionary<string, (MessageStatus Status, bool Terminal)> Words = new()
    {
        ["send"] = (MessageStatus.Sent, false),
        ["delivered"] = (MessageStatus.Delivered, true),
        ["deferral"] = (MessageStatus.Deferred, false),
        ["hard_bounce"] = (MessageStatus.Bounced, true),
        ["soft_bounce"] = (MessageStatus.Bounced, false),
        ["open"] = (MessageStatus.Read, true),
        ["click"] = (MessageStatus.Clicked, true),
        ["spam"] = (MessageStatus.Complained, true),
        ["unsub"] = (MessageStatus.Unsubscribed, false),
        ["reject"] = (MessageStatus.Failed, true),
    };

    public static (MessageStatus Status, bool Terminal) Of(string word) => Words.GetValueOrDefault(word, (MessageStatus.Unknown, false));

    public static string? BounceType(string word) => word switch
    {
        "hard_bounce" => "hard",
        "soft_bounce" => "soft",
        _ => null,
    };
}
