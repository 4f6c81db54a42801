using System.Net;
using System.Text.RegularExpressions;
using Ganss.Xss;

namespace Gatepost.Providers.Mail.Html;

/// <summary>Makes a mail's HTML fit to be shown.</summary>
public static partial class MailHtml
{
    /// <summary>Shared by all threads: nothing changes it after this.</summary>
    private static readonly HtmlSanitizer Sanitizer = Create();

    /// <summary>Puts our own addresses in place of <c>cid:</c>.</summary>
    /// <param name="html">As <see cref="MailContent.Html"/> has it.</param>
    /// <param name="addressOf">The address of a content id; null where there is none: the picture stays empty.</param>
    public static string LinkPictures(string html, Func<string, string?> addressOf) => ContentIdSource().Replace(html, match =>
        addressOf(WebUtility.HtmlDecode(match.Groups[1].Value)) is { } address ? $" src=\"{WebUtility.HtmlEncode(address)}\"" : "");

    /// <param name="tamed">What <see cref="HtmlTamer"/> wrote.</param>
    internal static string Sanitize(string tamed) => Sanitizer.Sanitize(tamed).Trim();

    private static HtmlSanitizer Create()
    {
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = new HashSet<string>(AllowedHtml.Tags, StringComparer.OrdinalIgnoreCase),
            AllowedAttributes = new HashSet<string>([.. AllowedHtml.PlainAttributes, "href", "src", "style", "rel", "target", "data-remote-src"], StringComparer.OrdinalIgnoreCase),
            AllowedCssProperties = new HashSet<string>(AllowedHtml.Styles, StringComparer.OrdinalIgnoreCase),
            AllowedSchemes = new HashSet<string>(AllowedHtml.Schemes, StringComparer.OrdinalIgnoreCase),
            UriAttributes = new HashSet<string>(["href", "src"], StringComparer.OrdinalIgnoreCase),
        });
        return sanitizer;
    }

    [GeneratedRegex(" src=\"cid:([^\"]*)\"", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ContentIdSource();
}
