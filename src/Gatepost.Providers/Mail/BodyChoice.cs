using System.Text.RegularExpressions;

namespace Gatepost.Providers.Mail;

/// <summary>Which of the two versions of a mail is read: HTML marks quotes better, but its words may be in pictures, or another's.</summary>
internal static partial class BodyChoice
{
    /// <param name="plain">What the sender wrote, of the plain part.</param>
    /// <param name="html">All text of the HTML.</param>
    /// <returns>The HTML lacks words of the plain part, and that is more than a notice that one needs HTML.</returns>
    public static bool PrefersPlain(string plain, string html)
    {
        var known = Words(html).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var words = Words(Artefact().Replace(plain, " "));
        return words.Count * 2 >= known.Count && words.Exists(word => !known.Contains(word));
    }

    private static List<string> Words(string text)
    {
        var words = new List<string>();
        foreach (var match in Word().EnumerateMatches(text))
            words.Add(text.Substring(match.Index, match.Length));
        return words;
    }

    /// <summary>Numbers of lists are not in the HTML's text.</summary>
    [GeneratedRegex(@"[\p{L}\p{M}]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Word();

    /// <summary>What clients write for links and pictures when they make text of HTML.</summary>
    [GeneratedRegex(@"<?(?:https?://|mailto:)[^\s>]{1,8000}>?|\[(?:cid|image):[^\]\n]{0,300}\]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Artefact();
}
