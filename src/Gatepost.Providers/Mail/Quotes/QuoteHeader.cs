using System.Text.RegularExpressions;

namespace Gatepost.Providers.Mail.Quotes;

/// <summary>Recognises the lines that mail clients write above the mail that is answered. The languages' words are in <see cref="QuoteWords"/>.</summary>
internal static partial class QuoteHeader
{
    private const int MostHeaderLines = 3;
    private const int MostHeaderCharacters = 300;
    private const int MostBlockLines = 6;

    /// <summary>The line that our own mails carry: <c>##- Please type your reply above this line -##</c>.</summary>
    public static bool IsMarker(string line) => Plain(line) is ['#', '#', '-', .., '-', '#', '#'];

    /// <summary>What follows is meant for us to read.</summary>
    public static bool IsForwarded(string line) => Plain(line) is ['-', '-', ..] plain && QuoteWords.Forwarded.Any(words => plain.Contains(words, StringComparison.OrdinalIgnoreCase));

    /// <returns>How many lines the header at this line has; 0 when there is none.</returns>
    public static int At(string[] lines, int index)
    {
        var line = Plain(lines[index]);
        if (line.Length is 0 or > MostHeaderCharacters)
            return 0;
        if (IsSeparator(line) || IsFieldBlock(lines, index, line))
            return 1;
        var joined = line;
        for (var count = 1; count <= MostHeaderLines; count++)
        {
            if (IsWroteLine(joined) && (HasDigit(joined) || IsQuotedNext(lines, index + count)) && !IsSentence(joined, lines, index + count))
                return count;
            var next = index + count < lines.Length ? Plain(lines[index + count]) : "";
            if (next.Length == 0 || joined.Length + next.Length > MostHeaderCharacters || QuoteWords.Starts.IsMatch(next))
                return 0;
            joined = $"{joined} {next}";
        }

        return 0;
    }

    private static bool IsWroteLine(string line) => line[^1] is ':' or '：' && QuoteWords.Wrote.Any(pattern => pattern.IsMatch(line));

    /// <summary>"On 5 May I wrote:" is the sender speaking, unless a quote follows.</summary>
    private static bool IsSentence(string line, string[] lines, int next) => FirstPerson().IsMatch(line) && !IsQuotedNext(lines, next);

    private static bool IsSeparator(string line) =>
        line is ['-' or '_', '-' or '_', .., '-' or '_'] && QuoteWords.Original.Any(words => line.Contains(words, StringComparison.OrdinalIgnoreCase)) && line.Length <= 80;

    /// <summary>Outlook's block: a sender's line and, near it, a date's or a subject's in the same language.</summary>
    private static bool IsFieldBlock(string[] lines, int index, string line)
    {
        foreach (var labels in QuoteWords.Labels)
        {
            if (!IsField(line, labels.From))
                continue;
            var block = lines.Skip(index + 1).Take(MostBlockLines - 1).Select(Plain);
            if (block.Any(l => IsField(l, labels.Date) || IsField(l, labels.Subject)))
                return true;
        }

        return false;
    }

    private static bool IsField(string line, string[] labels) => labels.Any(label =>
        line.StartsWith(label, StringComparison.OrdinalIgnoreCase) && line.AsSpan(label.Length).TrimStart(" ") is [':' or '：', ..]);

    private static bool IsQuotedNext(string[] lines, int index)
    {
        while (index < lines.Length && string.IsNullOrWhiteSpace(lines[index]))
            index++;
        return index < lines.Length && lines[index].StartsWith('>');
    }

    private static bool HasDigit(string line) => line.Any(char.IsDigit);

    /// <summary>Without quote marks, bold marks and the odd spaces that clients put into times (Apple) and before colons (French).</summary>
    private static string Plain(string line)
    {
        if (line.Length > 4 * MostHeaderCharacters)
            return "";
        return line.TrimStart('>', ' ', '\t', '\u00A0').Replace('\u00A0', ' ').Replace('\u202F', ' ').Replace("*", "", StringComparison.Ordinal)
            .Replace("\uFEFF", "", StringComparison.Ordinal).Trim();
    }

    [GeneratedRegex(@"\b(I|we|you|he|she|they) wrote:$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FirstPerson();
}
