using System.Text.Json;

namespace Gatepost.Providers.Ses;

/// <summary>The particulars that SES tells beside the status.</summary>
internal static class SesExtra
{
    public static Extras Of(SesWord known, JsonElement? details, JsonElement? mail)
    {
        var extra = new Extras()
            .With("tags", mail.Member("tags").Plain())
            .With("feedbackId", details.Text("feedbackId"))
            .With("smtpResponse", details.Text("smtpResponse"))
            .With("delayType", details.Text("delayType"))
            .With("expiresAt", SesEvents.Seconds(details.Text("expirationTime")))
            .With("url", details.Text("link"))
            .With("linkTags", details.Member("linkTags").Plain())
            .With("ip", details.Text("ipAddress"))
            .With("userAgent", details.Text("userAgent"))
            .With("template", details.Text("templateName"))
            .With("complaintSubType", details.Text("complaintSubType"));
        return known.Status switch
        {
            MessageStatus.Bounced => extra.With("bounceType", SesStatuses.BounceType(details.Text("bounceType"))).With("providerBounceType", BounceName(details)),
            MessageStatus.Unsubscribed => Subscription(extra, details),
            _ => extra,
        };
    }

    /// <summary>Such as <c>Permanent/General</c>.</summary>
    public static string? BounceName(JsonElement? bounce) =>
        bounce.Text("bounceType") is { } type ? $"{type}/{bounce.Text("bounceSubType")}" : null;

    private static Extras Subscription(Extras extra, JsonElement? details)
    {
        var preferences = details.Member("newTopicPreferences");
        return extra
            .With("contactList", details.Text("contactList"))
            .With("via", details.Text("source"))
            .With("unsubscribeAll", preferences.Text("unsubscribeAll") == "true")
            .With("topics", preferences.Member("topicSubscriptionStatus").Plain());
    }
}
