using System.Text.Json;

namespace Gatepost.Providers.Ses;

/// <summary>The particulars that SES tells beside the status.</summary>
internal static class SesExtra
{
    public static Dictionary<string, object?> Of(SesWord known, JsonElement? details, JsonElement? mail)
    {
        var extra = new Dictionary<string, object?>
        {
            ["tags"] = mail.Member("tags").ToPlain(),
            ["feedbackId"] = details.Text("feedbackId"),
            ["smtpResponse"] = details.Text("smtpResponse"),
            ["delayType"] = details.Text("delayType"),
            ["expiresAt"] = SesEvents.Seconds(details.Text("expirationTime")),
            ["url"] = details.Text("link"),
            ["linkTags"] = details.Member("linkTags").ToPlain(),
            ["ip"] = details.Text("ipAddress"),
            ["userAgent"] = known.Status == MessageStatus.Complained ? null : details.Text("userAgent"),
            ["template"] = details.Text("templateName"),
            ["complaintSubType"] = details.Text("complaintSubType"),
        };
        if (known.Status == MessageStatus.Bounced)
            (extra["bounceType"], extra["providerBounceType"]) = (SesStatuses.BounceType(details.Text("bounceType")), BounceName(details));
        if (known.Status == MessageStatus.Unsubscribed)
            AddSubscription(extra, details);
        return extra.Where(e => e.Value is not null).ToDictionary();
    }

    /// <summary>Such as <c>Permanent/General</c>.</summary>
    public static string? BounceName(JsonElement? bounce) =>
        bounce.Text("bounceType") is { } type ? $"{type}/{bounce.Text("bounceSubType")}" : null;

    private static void AddSubscription(Dictionary<string, object?> extra, JsonElement? details)
    {
        var preferences = details.Member("newTopicPreferences");
        extra["contactList"] = details.Text("contactList");
        extra["via"] = details.Text("source");
        extra["unsubscribeAll"] = preferences.Text("unsubscribeAll") == "true";
        extra["topics"] = preferences.Member("topicSubscriptionStatus").ToPlain();
    }
}
