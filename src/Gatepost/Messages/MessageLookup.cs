using System.Collections.Frozen;

namespace Gatepost.Messages;

/// <summary>
/// The form in which a message's id is compared: what the send call answered and what callbacks say differ in brackets, suffixes and case.
/// Registered ids and those of callbacks go through the same rules.
/// </summary>
internal static class MessageLookup
{
    private static readonly FrozenSet<string> OneMessageEach =
        FrozenSet.Create(StringComparer.Ordinal, "twilio", "meta", "vonage", "plivo", "gupshup", "mandrill");

    /// <summary>An id of this provider is of one recipient only; elsewhere recipients of one call share it.</summary>
    public static bool IsOfOneRecipient(string provider) => OneMessageEach.Contains(provider);

    /// <returns>Null when there is none.</returns>
    public static string? Of(string provider, string? id)
    {
        if (WithoutBrackets(id) is not { } bare)
            return null;
        return provider switch
        {
            "sendgrid" => SendGrid(bare),
            "ses" => WithoutHost(bare, ".amazonses.com"),
            "postmark" => WithoutHost(bare, ".mtasv.net").ToLowerInvariant(),
            "resend" or "plivo" or "vonage" or "messagebird" or "mandrill" => bare.ToLowerInvariant(),
            _ => bare,
        };
    }

    /// <summary>A Message-ID is written with angle brackets in mail, and often without them elsewhere.</summary>
    public static string? WithoutBrackets(string? id)
    {
        var trimmed = id?.Trim() ?? "";
        var bare = trimmed is ['<', .. var inner, '>'] ? inner.Trim() : trimmed;
        return bare.Length == 0 ? null : bare;
    }

    // Events append the machines that the mail went through to the X-Message-Id of the send call.
    private static string SendGrid(string id)
    {
        var filter = id.IndexOf(".filter", StringComparison.Ordinal);
        var end = filter > 0 ? filter : id.IndexOf(".recv", StringComparison.Ordinal);
        return end > 0 ? id[..end] : id;
    }

    /// <summary>These make the Message-ID of the mail from their own id.</summary>
    private static string WithoutHost(string id, string domain)
    {
        var at = id.LastIndexOf('@');
        return at > 0 && $".{id[(at + 1)..]}".EndsWith(domain, StringComparison.OrdinalIgnoreCase) ? id[..at] : id;
    }
}
