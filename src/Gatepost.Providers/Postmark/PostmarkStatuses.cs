namespace Gatepost.Providers.Postmark;

/// <summary>Postmark's words.</summary>
internal static class PostmarkStatuses
{
    private static readonly Dictionary<string, (MessageStatus Status, bool Terminal)> Records = new()
    {
        ["Delivery"] = (MessageStatus.Delivered, true),
        ["SpamComplaint"] = (MessageStatus.Complained, true),
        ["Open"] = (MessageStatus.Read, true),
        ["Click"] = (MessageStatus.Clicked, true),
    };

    /// <summary>Of bounces (https://postmarkapp.com/developer/api/bounce-api#bounce-types). Automatic answers and address changes are none.</summary>
    private static readonly Dictionary<string, (MessageStatus Status, bool Terminal)> Bounces = new()
    {
        ["HardBounce"] = (MessageStatus.Bounced, true),
        ["SoftBounce"] = (MessageStatus.Bounced, false),
        ["Undeliverable"] = (MessageStatus.Bounced, false),
        ["Transient"] = (MessageStatus.Deferred, false),
        ["DnsError"] = (MessageStatus.Deferred, false),
        ["OpenRelayTest"] = (MessageStatus.Deferred, false),
        ["SpamNotification"] = (MessageStatus.Complained, true),
        ["SpamComplaint"] = (MessageStatus.Complained, true),
        ["Blocked"] = (MessageStatus.Failed, true),
        ["BadEmailAddress"] = (MessageStatus.Failed, true),
        ["ManuallyDeactivated"] = (MessageStatus.Failed, true),
        ["DMARCPolicy"] = (MessageStatus.Failed, true),
        ["SMTPApiError"] = (MessageStatus.Failed, true),
        ["TemplateRenderingFailed"] = (MessageStatus.Failed, true),
        ["VirusNotification"] = (MessageStatus.Failed, true),
        ["Unsubscribe"] = (MessageStatus.Unsubscribed, false),
        ["ManualSuppression"] = (MessageStatus.Unsubscribed, false),
    };

    public static (MessageStatus Status, bool Terminal) Of(string record, string? type, string? suppression) => record switch
    {
        "Bounce" => Bounces.GetValueOrDefault(type ?? "", (MessageStatus.Unknown, false)),
        "SubscriptionChange" => suppression == "SpamComplaint" ? (MessageStatus.Complained, true) : (MessageStatus.Unsubscribed, false),
        _ => Records.GetValueOrDefault(record, (MessageStatus.Unknown, false)),
    };
}
