using System.Buffers;
using MimeKit;

namespace Gatepost;

/// <summary>Whether a text is one plain mail address.</summary>
internal static class EmailAddresses
{
    private static readonly SearchValues<char> NeverPlain = SearchValues.Create(" \t\r\n<>\"(),;");

    /// <summary>An addr-spec (RFC 5322 3.4.1) without a display name, with a domain; quoted local parts are refused.</summary>
    public static bool IsValid(string text) =>
        text.Length <= 254
        && text.AsSpan().IndexOfAny(NeverPlain) < 0
        && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1
        && MailboxAddress.TryParse(text, out var mailbox) && mailbox.Address == text;
}
