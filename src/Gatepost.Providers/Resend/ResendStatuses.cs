namespace Gatepost.Providers.Resend;

/// <summary>Resend's words.</summary>
internal static class ResendStatuses
{
    private static readonly Dictionary<string, (MessageStatus Status, bool Terminal)> Words = new()
    {
        ["email.scheduled"] = (MessageStatus.Accepted, false),
        ["email.sent"] = (MessageStatus.Sent, false),
        ["email.delivery_delayed"] = (MessageStatus.Deferred, false),
        ["email.delivered"] = (MessageStatus.Delivered, true),
        ["email.opened"] = (MessageStatus.Read, true),
        ["email.clicked"] = (MessageStatus.Clicked, true),
        ["email.complained"] = (MessageStatus.Complained, true),
        ["email.failed"] = (MessageStatus.Failed, true),
        ["email.suppressed"] = (MessageStatus.Failed, true),
    };

    /// <param name="bounceType">Permanent, Transient or Undetermined.</param>
    public static (MessageStatus Status, bool Terminal) Of(string word, string? bounceType) => word == "email.bounced"
        ? (MessageStatus.Bounced, bounceType == "Permanent")
        : Words.GetValueOrDefault(word, (MessageStatus.Unknown, false));
}
