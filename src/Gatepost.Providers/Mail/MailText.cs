using System.Globalization;
using System.Text;

namespace Gatepost.Providers.Mail;

/// <summary>Text from strangers, made fit for a line or a page.</summary>
internal static class MailText
{
    /// <summary>What is shown; the message as it came stays in the inbox.</summary>
    public const int MostCharacters = 256 * 1024;

    /// <summary>One line: no control characters, no marks that turn the direction of writing or break names in two.</summary>
    public static string Clean(string text) => string.Concat(text.EnumerateRunes().Where(r => !Rune.IsControl(r) && !IsInvisible(r))).Trim();

    /// <summary>LF only, no other control characters but tabs, not too long.</summary>
    public static string Lines(string text)
    {
        var result = new StringBuilder(Math.Min(text.Length, MostCharacters));
        for (var i = 0; i < text.Length && result.Length < MostCharacters; i++)
        {
            if (text[i] == '\r')
                result.Append(i + 1 < text.Length && text[i + 1] == '\n' ? "" : "\n");
            else if (text[i] is '\n' or '\t' || (!char.IsControl(text[i]) && text[i] != '\uFEFF'))
                result.Append(text[i]);
        }

        return EndWhole(result);
    }

    private static bool IsInvisible(Rune r) => r.Value is 0xFEFF or 0x200B or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069)
        || Rune.GetUnicodeCategory(r) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>No half of a character at the end.</summary>
    private static string EndWhole(StringBuilder text)
    {
        if (text.Length > 0 && char.IsHighSurrogate(text[^1]))
            text.Length--;
        return text.ToString();
    }
}
