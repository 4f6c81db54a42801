using System.Text.Json;

namespace Gatepost.Providers.Ses;

/// <summary>The words of SES: of event publishing (<c>eventType</c>) and of feedback notifications (<c>notificationType</c>).</summary>
internal static class SesStatuses
{
    private static readonly Dictionary<string, SesWord> Words = new()
    {
        ["Send"] = new(MessageStatus.Accepted, false, "send"),
        ["Delivery"] = new(MessageStatus.Delivered, true, "delivery", "recipients"),
        // SES has given up on a transient one too: it is the message's end, though no reason to spare the address.
        ["Bounce"] = new(MessageStatus.Bounced, true, "bounce", "bouncedRecipients"),
        ["Complaint"] = new(MessageStatus.Complained, true, "complaint", "complainedRecipients"),
        ["Reject"] = new(MessageStatus.Failed, true, "reject"),
        ["Open"] = new(MessageStatus.Read, true, "open"),
        ["Click"] = new(MessageStatus.Clicked, true, "click"),
        ["Rendering Failure"] = new(MessageStatus.Failed, true, "failure"),
        ["DeliveryDelay"] = new(MessageStatus.Deferred, false, "deliveryDelay", "delayedRecipients"),
        ["Subscription"] = new(MessageStatus.Unsubscribed, false, "subscription"),
    };

    public static SesWord Of(string word) => Words.GetValueOrDefault(word, new SesWord(MessageStatus.Unknown, false, word.ToLowerInvariant()));

    public static string BounceType(string? type) => type switch
    {
        "Permanent" => "hard",
        "Transient" => "soft",
        _ => "undetermined",
    };

    /// <summary>Whether a subscription event means that the recipient left, and not that he came back or chose among topics.</summary>
    public static bool HasLeft(JsonElement? subscription)
    {
        var now = subscription.Member("newTopicPreferences");
        if (now.Text("unsubscribeAll") == "true")
            return true;
        var before = OptedOut(subscription.Member("oldTopicPreferences"));
        return OptedOut(now).Except(before).Any();
    }

    private static IEnumerable<string?> OptedOut(JsonElement? preferences) => preferences.Member("topicSubscriptionStatus").Items()
        .Where(topic => topic.Text("subscriptionStatus") == "OptOut").Select(topic => topic.Text("topicName"));
}

/// <param name="Details">The member that holds what is particular to it.</param>
/// <param name="Recipients">The member of the details that names who is meant; null when all recipients are.</param>
internal sealed record SesWord(MessageStatus Status, bool Terminal, string Details, string? Recipients = null);
