namespace Gatepost.Events.Schemas;

/// <summary>The format <c>date-time</c>: RFC 3339, section 5.6, with any number of fraction digits.</summary>
internal static class JsonInstant
{
    // "2025-01-15T10:30:00" is 19 long; a leap second (:60) is refused, because hardly any receiver's parser takes it.
    public static bool IsValid(ReadOnlySpan<byte> text) =>
        text.Length >= 20
        && IsDate(text[..10])
        && (text[10] | 0x20) == 't'
        && IsTime(text.Slice(11, 8))
        && IsOffset(SkipFraction(text[19..]));

    private static bool IsDate(ReadOnlySpan<byte> text)
    {
        if (text[4] != '-' || text[7] != '-')
            return false;
        var (year, month, day) = (Number(text[..4]), Number(text.Slice(5, 2)), Number(text.Slice(8, 2)));
        return year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
    }

    private static bool IsTime(ReadOnlySpan<byte> text) =>
        text[2] == ':' && text[5] == ':' && IsClock(text[..2], text.Slice(3, 2)) && Number(text.Slice(6, 2)) is >= 0 and <= 59;

    private static ReadOnlySpan<byte> SkipFraction(ReadOnlySpan<byte> text)
    {
        if (text[0] != '.')
            return text;
        var digits = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits > 0 ? text[(1 + digits)..] : default;
    }

    private static bool IsOffset(ReadOnlySpan<byte> text) => text.Length switch
    {
        1 => (text[0] | 0x20) == 'z',
        6 => text[0] is (byte)'+' or (byte)'-' && text[3] == ':' && IsClock(text.Slice(1, 2), text.Slice(4, 2)),
        _ => false,
    };

    private static bool IsClock(ReadOnlySpan<byte> hours, ReadOnlySpan<byte> minutes) =>
        Number(hours) is >= 0 and <= 23 && Number(minutes) is >= 0 and <= 59;

    /// <summary>-1 for what is not digits only.</summary>
    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return -1;
            number = (number * 10) + (digit - '0');
        }

        return number;
    }
}
