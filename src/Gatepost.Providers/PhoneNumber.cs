namespace Gatepost.Providers;

/// <summary>Phone numbers in one form: E.164 with a plus (ITU-T E.164: at most 15 digits).</summary>
internal static class PhoneNumber
{
    /// <summary>Removes a channel prefix such as <c>whatsapp:</c> and adds the plus; anything that is not a phone number is kept as it is.</summary>
    public static string? Normalize(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var bare = text.StartsWith("whatsapp:", StringComparison.OrdinalIgnoreCase) ? text[9..] : text;
        var digits = bare.AsSpan(bare.StartsWith('+') ? 1 : bare.StartsWith("00", StringComparison.Ordinal) ? 2 : 0);
        var isNumber = digits.Length is >= 5 and <= 15 && !digits.ContainsAnyExceptInRange('0', '9');
        // Short codes have fewer digits and no country: they are no E.164 numbers.
        return isNumber && (bare[0] == '+' || digits.Length >= 7) ? $"+{digits}" : bare;
    }
}
