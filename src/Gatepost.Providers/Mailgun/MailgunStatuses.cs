namespace Gatepost.Providers.Mailgun;

/// <summary>Mailgun's words.</summary>
internal static class MailgunStatuses
{
    private static readonly Dictionary<string, (MessageStatus Status, bool Terminal)> Words = new()
    {
        ["accepted"] = (MessageStatus.Accepted, false),
        ["delivered"] = (MessageStatus.Delivered, true),
        ["rejected"] = (MessageStatus.Failed, true),
        ["opened"] = (MessageStatus.Read, true),
        ["clicked"] = (MessageStatus.Clicked, true),
        ["unsubscribed"] = (MessageStatus.Unsubscribed, false),
        ["complained"] = (MessageStatus.Complained, true),
        // Old hooks only.
        ["bounced"] = (MessageStatus.Bounced, true),
        ["dropped"] = (MessageStatus.Failed, true),
    };

    // Mailgun did not even try: the recipient opted out or complained before, which is no bounce.
    private static readonly HashSet<string> NotTried = ["suppress-unsubscribe", "suppress-complaint"];

    private static readonly HashSet<string> Hard = ["bounce", "suppress-bounce"];

    public static (MessageStatus Status, bool Terminal) Of(string word, string? severity, string? reason) => (word, severity) switch
    {
        ("failed", "temporary") => (MessageStatus.Deferred, false),
        ("failed", _) => (NotTried.Contains(reason ?? "") ? MessageStatus.Failed : MessageStatus.Bounced, true),
        _ => Words.GetValueOrDefault(word, (MessageStatus.Unknown, false)),
    };

    /// <summary>Null where Mailgun does not tell.</summary>
    public static string? BounceType(string? reason) => Hard.Contains(reason ?? "") ? "hard" : null;
}
