using System.Text.RegularExpressions;
using MimeKit;

namespace Gatepost.Providers.Mail.Reports;

/// <summary>Reads delivery status notifications (RFC 3464).</summary>
internal static partial class DeliveryReport
{
    private const int MostRecipients = 100;

    /// <returns>One per recipient; empty when the message is none.</returns>
    public static IReadOnlyList<MailBounce> Read(MimeMessage message)
    {
        if (message.Body is not Multipart root)
            return [];
        var groups = ReportPart.Fields(root.OfType<MessageDeliveryStatus>().FirstOrDefault());
        var original = ReportPart.OriginalId(root);
        return [.. groups.Where(g => g.Contains("Final-Recipient") || g.Contains("Action")).Take(MostRecipients).Select(g => Read(g, original))];
    }

    /// <param name="diagnostic">In the words of the server that refused.</param>
    internal static MailBounce Create(string? recipient, string action, string? code, string? diagnostic, string? original)
    {
        // Some servers write "failed" without a code: their words often start with one.
        var permanent = code?.StartsWith('5') ?? diagnostic?.StartsWith('5') ?? false;
        return action switch
        {
            "failed" => new MailBounce(recipient, action, code, diagnostic, original, MessageStatus.Bounced, permanent),
            "delayed" => new MailBounce(recipient, action, code, diagnostic, original, MessageStatus.Deferred, false),
            "delivered" or "relayed" or "expanded" => new MailBounce(recipient, action, code, diagnostic, original, MessageStatus.Delivered, false),
            _ => new MailBounce(recipient, action, code, diagnostic, original, MessageStatus.Unknown, false),
        };
    }

    private static MailBounce Read(HeaderList group, string? original) => Create(
        ReportPart.Address(group["Final-Recipient"] ?? group["Original-Recipient"]),
        (group["Action"] ?? "").Split(' ', '(')[0].Trim().ToLowerInvariant(),
        StatusCode().Match(group["Status"] ?? "") is { Success: true } code ? code.Value : null,
        Diagnostic(group["Diagnostic-Code"]),
        original);

    /// <summary>Its first word is the kind: <c>smtp; 550 5.1.1 ...</c></summary>
    private static string? Diagnostic(string? value)
    {
        if (value is null)
            return null;
        var text = value.IndexOf(';', StringComparison.Ordinal) is > 0 and < 20 and var at ? value[(at + 1)..] : value;
        return MailText.Clean(text);
    }

    [GeneratedRegex(@"\b[245]\.\d{1,3}\.\d{1,3}\b", RegexOptions.CultureInvariant, 1000)]
    internal static partial Regex StatusCode();
}
