using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Gatepost.Providers.Mail;
using MimeKit;

namespace Gatepost;

/// <summary>Whether a text is one plain mail address.</summary>
internal static class EmailAddresses
{
    private static readonly SearchValues<char> NeverPlain = SearchValues.Create(" \t\r\n<>\"(),;");

    /// <summary>MimeKit looks at the charsets once, when it is first used: that is here, long before a mail is read.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "No type of ours is sure to be used before MimeKit is.")]
    internal static void RegisterCharsets() => MailCharset.Register();

    /// <summary>An addr-spec (RFC 5322 3.4.1) without a display name, with a domain; quoted local parts are refused.</summary>
    public static bool IsValid(string text) =>
        text.Length <= 254
        && text.AsSpan().IndexOfAny(NeverPlain) < 0
        && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1
        && MailboxAddress.TryParse(text, out var mailbox) && mailbox.Address == text;
}
