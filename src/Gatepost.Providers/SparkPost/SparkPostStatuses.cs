namespace Gatepost.Providers.SparkPost;

/// <summary>SparkPost's words.</summary>
internal static class SparkPostStatuses
{
    private static readonly Dictionary<string, (MessageStatus Status, bool Terminal)> Words = new()
    {
        ["injection"] = (MessageStatus.Accepted, false),
        ["delay"] = (MessageStatus.Deferred, false),
        ["delivery"] = (MessageStatus.Delivered, true),
        ["policy_rejection"] = (MessageStatus.Failed, true),
        ["generation_failure"] = (MessageStatus.Failed, true),
        ["generation_rejection"] = (MessageStatus.Failed, true),
        ["spam_complaint"] = (MessageStatus.Complained, true),
        ["open"] = (MessageStatus.Read, true),
        ["initial_open"] = (MessageStatus.Read, true),
        ["amp_open"] = (MessageStatus.Read, true),
        ["amp_initial_open"] = (MessageStatus.Read, true),
        ["click"] = (MessageStatus.Clicked, true),
        ["amp_click"] = (MessageStatus.Clicked, true),
        ["list_unsubscribe"] = (MessageStatus.Unsubscribed, false),
        ["link_unsubscribe"] = (MessageStatus.Unsubscribed, false),
    };

    /// <summary>Bounce classes (SparkPost, "Bounce Classification Codes"); those that are not here are temporary.</summary>
    private static readonly Dictionary<string, (MessageStatus Status, bool Terminal)> Classes = new()
    {
        ["10"] = (MessageStatus.Bounced, true), // invalid recipient
        ["30"] = (MessageStatus.Bounced, true), // no RCPT
        ["90"] = (MessageStatus.Bounced, true), // unsubscribe
        ["25"] = (MessageStatus.Failed, true), // admin failure: blocked before it was tried
        ["50"] = (MessageStatus.Failed, true), // blocked, in general
        ["51"] = (MessageStatus.Failed, true), // as spam
        ["52"] = (MessageStatus.Failed, true), // for its content
        ["53"] = (MessageStatus.Failed, true), // for its attachment
        ["54"] = (MessageStatus.Failed, true), // as relaying
        ["60"] = (MessageStatus.Unknown, false), // automatic answer
        ["100"] = (MessageStatus.Unknown, false), // challenge and response
    };

    public static (MessageStatus Status, bool Terminal) Of(string word, string? bounceClass) => word is "bounce" or "out_of_band"
        ? Classes.GetValueOrDefault(bounceClass ?? "", (MessageStatus.Bounced, false))
        : Words.GetValueOrDefault(word, (MessageStatus.Unknown, false));

    public static string? BounceType(MessageStatus status, bool terminal) => status != MessageStatus.Bounced ? null : terminal ? "hard" : "soft";
}
