using System.Text.RegularExpressions;
using MimeKit.Text;

namespace Gatepost.Providers.Mail.Html;

/// <summary>What an element says about quoted mail.</summary>
internal enum QuoteMark
{
    None,

    /// <summary>The element holds it.</summary>
    Holds,

    /// <summary>Everything after the element's start is it.</summary>
    Starts,
}

/// <summary>Where mail clients put the mail that is answered.</summary>
internal static partial class HtmlQuotes
{
    private static readonly HashSet<string> HoldingClasses = new(StringComparer.OrdinalIgnoreCase)
    {
        "gmail_quote", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "zmail_extra", "tutanota_quote", "front-blockquote",
    };

    private static readonly HashSet<string> HoldingIds = new(StringComparer.OrdinalIgnoreCase)
    {
        "OLK_SRC_BODY_SECTION", "mail-editor-reference-message-container", "reply-intro", "isForwardContent",
    };

    private static readonly HashSet<string> StartingIds = new(StringComparer.OrdinalIgnoreCase) { "divRplyFwdMsg", "appendonsend", "stopSpelling" };

    public static QuoteMark Of(HtmlTagToken tag)
    {
        var mark = tag.Name.Equals("blockquote", StringComparison.OrdinalIgnoreCase) ? QuoteMark.Holds : QuoteMark.None;
        foreach (var attribute in tag.Attributes)
        {
            if (OfAttribute(attribute.Name.ToLowerInvariant(), attribute.Value ?? "") is var found and not QuoteMark.None)
                mark = found;
        }

        return mark;
    }

    private static QuoteMark OfAttribute(string name, string value) => name switch
    {
        "class" when value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(HoldingClasses.Contains) => QuoteMark.Holds,
        "id" when HoldingIds.Contains(value) => QuoteMark.Holds,
        "id" when StartingIds.Contains(value) => QuoteMark.Starts,
        "name" when value == "quote" => QuoteMark.Holds,
        "style" when value.Length < 4096 && OutlookLine().IsMatch(value) => QuoteMark.Starts,
        _ => QuoteMark.None,
    };

    /// <summary>Outlook draws a thin line of these colours above the header of the mail that is answered.</summary>
    [GeneratedRegex("border-top: ?solid #(E1E1E1|B5C4DF)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OutlookLine();
}
