using System.Text.RegularExpressions;
using MimeKit;

namespace Gatepost.Providers.Mail.Reports;

/// <summary>Recognises bounces of servers that write them for people only: Exim, qmail, old Exchange.</summary>
internal static partial class PlainBounce
{
    private const int MostLines = 500;

    private static readonly string[] Senders = ["mailer-daemon", "postmaster", "mail-daemon"];

    private static readonly string[] FailureSubjects =
        ["undeliver", "delivery fail", "delivery status", "delivery has failed", "failure notice", "returned mail", "returning message", "unzustellbar", "non remis", "mail delivery"];

    private static readonly string[] DelaySubjects = ["delayed", "warning: could not send", "warning: message", "verzögert"];

    /// <param name="text">The full text: the returned message is in it.</param>
    /// <returns>Null when it does not look like one.</returns>
    public static MailBounce? Read(InboundMail mail, MimeMessage message, string text)
    {
        var failedRecipients = message.Headers["X-Failed-Recipients"];
        var isFromServer = MailAddresses.HasNullSender(mail, message)
            || message.From.Mailboxes.Any(m => Senders.Contains(MailAddresses.Local(m.Address), StringComparer.OrdinalIgnoreCase));
        var subject = message.Subject ?? "";
        var isDelay = HasAny(subject, DelaySubjects);
        var isReport = failedRecipients is not null || isDelay || HasAny(subject, FailureSubjects) || text.Contains("This is the qmail-send program", StringComparison.Ordinal);
        if (!isFromServer || !isReport)
            return null;
        var diagnostic = text.Split('\n').Take(MostLines).Select(l => l.Trim()).FirstOrDefault(l => Refusal().IsMatch(l));
        var code = DeliveryReport.StatusCode().Match(diagnostic ?? text) is { Success: true } match ? match.Value : null;
        var recipient = failedRecipients?.Split(',')[0].Trim() ?? (Recipient().Match(text) is { Success: true } named ? named.Groups[1].Value : null);
        return DeliveryReport.Create(recipient, isDelay ? "delayed" : "failed", code, diagnostic is null ? null : MailText.Clean(diagnostic), OriginalId(text));
    }

    private static bool HasAny(string subject, string[] words) => words.Any(w => subject.Contains(w, StringComparison.OrdinalIgnoreCase));

    /// <summary>In the copy of the returned message's headers.</summary>
    private static string? OriginalId(string text) => MessageIdField().Match(text) is { Success: true } field ? field.Groups[1].Value
        : OwnId().Match(text) is { Success: true } own ? own.Value : null;

    [GeneratedRegex(@"^(?:[^:]{0,100}: )?[45]\d\d[ -]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Refusal();

    /// <summary>qmail: <c>&lt;a@b.test&gt;:</c> on a line of its own.</summary>
    [GeneratedRegex(@"^\s{0,8}<?([^\s<>@]{1,100}@[^\s<>@]{1,200})>?:?\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Recipient();

    [GeneratedRegex(@"^Message-I[Dd]:\s{0,3}<([^<>\s]{1,400})>", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex MessageIdField();

    [GeneratedRegex(@"\bt[0-9A-Za-z-]{1,40}\.m[0-9A-Za-z-]{1,40}\.[0-9a-fA-F]{16}@[0-9A-Za-z.-]{1,200}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OwnId();
}
