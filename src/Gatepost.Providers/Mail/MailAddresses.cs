using MimeKit;

namespace Gatepost.Providers.Mail;

/// <summary>The addresses of a message.</summary>
internal static class MailAddresses
{
    /// <summary>Nobody answers to more; each costs a comparison.</summary>
    private const int Most = 200;

    private static readonly string[] RecipientHeaders = ["To", "Cc", "Delivered-To", "X-Original-To"];

    /// <returns>Every address that the headers say the mail went to.</returns>
    public static IReadOnlyList<string> Recipients(MimeMessage message) =>
        [.. RecipientHeaders.SelectMany(name => OfHeader(message, name)).Distinct(StringComparer.OrdinalIgnoreCase).Take(Most)];

    /// <returns>Null when there is none.</returns>
    public static string? First(string? text) =>
        text is not null && InternetAddressList.TryParse(MailLoader.Options, text, out var list) ? list.Mailboxes.FirstOrDefault()?.Address : null;

    /// <returns>Null without an at sign.</returns>
    public static string? Domain(string address) => address.LastIndexOf('@') is >= 0 and var at ? address[(at + 1)..] : null;

    public static string Local(string address) => address.LastIndexOf('@') is >= 0 and var at ? address[..at] : address;

    /// <summary>SMTP MAIL FROM was empty, as it is for reports.</summary>
    public static bool HasNullSender(InboundMail mail, MimeMessage message) =>
        mail.EnvelopeFrom is { } from ? from.Trim('<', '>', ' ').Length == 0 : message.Headers[HeaderId.ReturnPath]?.Trim() == "<>";

    private static IEnumerable<string> OfHeader(MimeMessage message, string name) => message.Headers
        .Where(h => h.Field.Equals(name, StringComparison.OrdinalIgnoreCase))
        .SelectMany(h => InternetAddressList.TryParse(MailLoader.Options, h.RawValue, out var list) ? list.Mailboxes : [])
        .Select(m => m.Address);
}
