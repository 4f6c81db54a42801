using System.Text;
using System.Text.Unicode;

namespace Gatepost.Storage.Sql;

/// <summary>PostgreSQL's text is Unicode without U+0000; whatever else a sender put in a string is kept.</summary>
internal static class StorableText
{
    /// <returns>The same string, or one in which U+FFFD stands for U+0000 and for halves of surrogate pairs.</returns>
    public static string? Of(string? text)
    {
        if (text is null || !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.Contains('\0', StringComparison.Ordinal))
            return text;
        return string.Concat(text.EnumerateRunes().Select(r => r.Value == 0 ? "\uFFFD" : r.ToString()));
    }

    /// <summary>The same of UTF-8, which may be broken.</summary>
    public static byte[] Of(byte[] utf8) =>
        Utf8.IsValid(utf8) && !utf8.AsSpan().Contains((byte)0) ? utf8 : Encoding.UTF8.GetBytes(Of(Encoding.UTF8.GetString(utf8))!);
}
