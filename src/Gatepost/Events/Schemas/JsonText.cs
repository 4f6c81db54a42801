using System.Globalization;
using System.Text.Json;

namespace Gatepost.Events.Schemas;

/// <summary>
/// Reads JSON strings where they lie, without allocating. <see cref="JsonElement.GetString"/> would also throw at half a surrogate pair.
/// </summary>
internal static class JsonText
{
    /// <summary>More than any uuid, instant, member or enum value of ours takes, and small enough for the stack.</summary>
    public const int MaxUnescaped = 128;

    /// <summary>
    /// The text behind escapes, if it is ASCII and short; else nothing, which equals no value of ours.
    /// Escapes must be followed: System.Text.Json writes the + of an offset as \u002B.
    /// </summary>
    /// <param name="escaped">What stands between the quotes.</param>
    /// <param name="buffer">At least <see cref="MaxUnescaped"/> bytes; used only where there are escapes.</param>
    public static ReadOnlySpan<byte> Ascii(ReadOnlySpan<byte> escaped, Span<byte> buffer)
    {
        if (!escaped.Contains((byte)'\\'))
            return escaped;
        var length = 0;
        for (var at = 0; at < escaped.Length; length++)
        {
            var value = escaped[at] == '\\' ? Unescape(escaped[at..]) : escaped[at];
            if (value > 0x7F || length == MaxUnescaped)
                return default;
            buffer[length] = (byte)value;
            at += escaped[at] == '\\' ? EscapeLength(escaped[at..]) : 1;
        }

        return buffer[..length];
    }

    /// <summary>Unicode characters, as minLength and maxLength count them; not UTF-16 units.</summary>
    public static int CountCharacters(ReadOnlySpan<byte> escaped)
    {
        var count = 0;
        for (var at = 0; at < escaped.Length;)
        {
            var isEscape = escaped[at] == '\\';
            var continues = isEscape ? IsLowSurrogate(Unescape(escaped[at..])) : (escaped[at] & 0xC0) == 0x80;
            count += continues ? 0 : 1;
            at += isEscape ? EscapeLength(escaped[at..]) : 1;
        }

        return count;
    }

    private static int EscapeLength(ReadOnlySpan<byte> escape) => escape[1] == 'u' ? 6 : 2;

    private static bool IsLowSurrogate(int value) => value is >= 0xDC00 and <= 0xDFFF;

    private static int Unescape(ReadOnlySpan<byte> escape) => escape[1] switch
    {
        (byte)'u' => int.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        var itself => itself,
    };
}
