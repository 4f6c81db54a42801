namespace Gatepost.Providers.Mail.Quotes;

/// <param name="IsStripped">Quoted mail was left out.</param>
internal sealed record StrippedText(string Text, bool IsStripped);

/// <summary>
/// Finds where the sender's own words end. When in doubt nothing is cut: a quote too many is a nuisance, a sentence too few is a loss.
/// </summary>
internal static class QuoteStripper
{
    /// <summary>Beyond this nothing is looked for.</summary>
    private const int MostLines = 5000;

    /// <param name="text">Line breaks are LF; quoted lines start with <c>&gt;</c>.</param>
    public static StrippedText Strip(string text)
    {
        var lines = text.Split('\n');
        var end = lines.Length > MostLines ? lines.Length : End(lines);
        var own = Signature.Remove(lines.AsSpan(0, end));
        var visible = string.Join('\n', own).Trim();
        // Nothing but a quote or a signature: better all of it than an empty message.
        return visible.Length == 0 ? new StrippedText(text.Trim(), false) : new StrippedText(visible, end < lines.Length);
    }

    private static int End(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (QuoteHeader.IsForwarded(lines[i]))
                return lines.Length;
            if (QuoteHeader.IsMarker(lines[i]) && HasOwnWords(lines.AsSpan(0, i)))
                return i;
            // A header at the top: the answer is below, or there is none.
            if (QuoteHeader.At(lines, i) is > 0 and var length)
                return !HasOwnWords(lines.AsSpan(0, i)) || IsAnsweredBelow(lines.AsSpan(i + length)) ? lines.Length : i;
        }

        return TrailingQuote(lines);
    }

    /// <summary>A quote at the end without a header, as long as it is the only one: several mean answers in between.</summary>
    private static int TrailingQuote(string[] lines)
    {
        var first = Array.FindIndex(lines, IsQuoted);
        if (first < 0 || !HasOwnWords(lines.AsSpan(0, first)) || IsAnsweredBelow(lines.AsSpan(first)))
            return lines.Length;
        return QuoteHeader.IsForwarded(lines[first]) ? lines.Length : first;
    }

    /// <summary>Words after a quoted block, a signature aside: the answers are between or below the quotes.</summary>
    private static bool IsAnsweredBelow(ReadOnlySpan<string> rest)
    {
        var quoted = false;
        foreach (var line in rest)
        {
            if (line == Signature.Line)
                return false;
            if (!quoted && !IsBlank(line) && !IsQuoted(line))
                return false;
            if (quoted && !IsBlank(line) && !IsQuoted(line))
                return true;
            quoted |= IsQuoted(line);
        }

        return false;
    }

    private static bool HasOwnWords(ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            if (!IsBlank(line) && !IsQuoted(line))
                return true;
        }

        return false;
    }

    private static bool IsQuoted(string line) => line.StartsWith('>');

    private static bool IsBlank(string line) => string.IsNullOrWhiteSpace(line);
}
