namespace Gatepost.Providers.Brevo;

/// <summary>Brevo's words.</summary>
internal static class BrevoStatuses
{
    private static readonly Dictionary<string, (MessageStatus Status, bool Terminal)> Words = new()
    {
        ["request"] = (MessageStatus.Accepted, false),
        ["sent"] = (MessageStatus.Sent, false),
        ["deferred"] = (MessageStatus.Deferred, false),
        ["delivered"] = (MessageStatus.Delivered, true),
        ["soft_bounce"] = (MessageStatus.Bounced, false),
        ["hard_bounce"] = (MessageStatus.Bounced, true),
        ["invalid_email"] = (MessageStatus.Bounced, true),
        ["blocked"] = (MessageStatus.Failed, true),
        ["error"] = (MessageStatus.Failed, true),
        ["spam"] = (MessageStatus.Complained, true),
        ["complaint"] = (MessageStatus.Complained, true),
        ["unsubscribe"] = (MessageStatus.Unsubscribed, false),
        ["unsubscribed"] = (MessageStatus.Unsubscribed, false),
        ["opened"] = (MessageStatus.Read, true),
        ["unique_opened"] = (MessageStatus.Read, true),
        ["proxy_open"] = (MessageStatus.Read, true),
        ["unique_proxy_open"] = (MessageStatus.Read, true),
        ["click"] = (MessageStatus.Clicked, true),
    };

    public static (MessageStatus Status, bool Terminal) Of(string word) => Words.GetValueOrDefault(word, (MessageStatus.Unknown, false));
}
