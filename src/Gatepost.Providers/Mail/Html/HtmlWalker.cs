using System.Text.RegularExpressions;
using MimeKit.Text;

namespace Gatepost.Providers.Mail.Html;

/// <summary>
/// Walks HTML without building a tree, in linear time and with a bounded stack: a tree of hostile HTML can be millions of levels deep, or
/// a thousand times as large as its text. What no page of a mail needs is left out: scripts, styles, forms' fields, embedded documents, hidden elements.
/// </summary>
internal sealed partial class HtmlWalker(IHtmlSink sink)
{
    private const int MostTokens = 100_000;
    private const int MostDepth = 100;

    /// <summary>A parser opens these again in every block that they are left open in.</summary>
    private const int MostFormatting = 20;

    private static readonly HashSet<string> Void = [.. "area base br col embed hr img input link meta param source track wbr".Split(' ')];

    private static readonly HashSet<string> Skipped =
        [.. "script style title svg math iframe frame object applet template select textarea audio video canvas noframes noembed xmp plaintext datalist".Split(' ')];

    private static readonly HashSet<string> Formatting = [.. "a b big code em font i nobr s small strike strong tt u".Split(' ')];

    /// <summary>A new one ends an open one of the same name, unless one of these lies between (HTML 13.1.2.4).</summary>
    private static readonly Dictionary<string, string[]> EndedByItself = new()
    {
        ["p"] = ["div", "td", "th", "li", "blockquote", "table"],
        ["li"] = ["ul", "ol"],
        ["tr"] = ["table"],
        ["td"] = ["tr", "table"],
        ["th"] = ["tr", "table"],
        ["dt"] = ["dl"],
        ["dd"] = ["dl"],
    };

    private static readonly HashSet<string> TableParts = [.. "table tbody thead tfoot tr td th caption".Split(' ')];

    private readonly List<string> open = [];
    private readonly Dictionary<string, int> tooDeep = [];
    private int formatting;
    private string? hiddenBy;
    private int hiddenDepth;

    /// <summary>Elements without an end tag.</summary>
    public static bool IsVoid(string name) => Void.Contains(name);

    public static void Walk(string html, IHtmlSink sink) => new HtmlWalker(sink).Walk(html);

    private void Walk(string html)
    {
        var tokenizer = new HtmlTokenizer(new StringReader(html));
        for (var i = 0; i < MostTokens && tokenizer.ReadNextToken(out var token); i++)
        {
            if (token is HtmlTagToken tag && tag.Name.Length > 0)
                Take(tag, tag.Name.ToLowerInvariant());
            else if (hiddenBy is null && token is HtmlDataToken { Kind: HtmlTokenKind.Data or HtmlTokenKind.CData } data)
                sink.Text(data.Data);
        }

        while (open.Count > 0)
            Pop();
    }

    private void Take(HtmlTagToken tag, string name)
    {
        if (hiddenBy is not null && StaysHidden(tag, name))
            return;
        if (tag.IsEndTag)
            Close(name);
        else if (!Void.Contains(name) && (Skipped.Contains(name) || IsHidden(tag)))
            (hiddenBy, hiddenDepth) = EndsItself(tag, name) ? (null, 0) : (name, 1);
        else
            Open(tag, name);
    }

    private void Open(HtmlTagToken tag, string name)
    {
        if (Void.Contains(name))
        {
            sink.Open(tag);
            return;
        }

        if (EndedByItself.TryGetValue(name, out var boundaries))
            EndOpen(name, boundaries);
        if (open.Count >= MostDepth || (Formatting.Contains(name) && formatting >= MostFormatting))
        {
            tooDeep[name] = tooDeep.GetValueOrDefault(name) + 1;
            return;
        }

        open.Add(name);
        formatting += Formatting.Contains(name) ? 1 : 0;
        sink.Open(tag);
    }

    private void Close(string name)
    {
        if (tooDeep.GetValueOrDefault(name) is > 0 and var count)
        {
            tooDeep[name] = count - 1;
            return;
        }

        var at = open.LastIndexOf(name);
        // Inside of a table cell nothing outside of the table can be closed.
        if (at < 0 || (!TableParts.Contains(name) && open.FindLastIndex(TableParts.Contains) > at))
            return;
        while (open.Count > at)
            Pop();
    }

    private void EndOpen(string name, string[] boundaries)
    {
        var at = open.LastIndexOf(name);
        if (at < 0 || open.FindLastIndex(boundaries.Contains) > at)
            return;
        while (open.Count > at)
            Pop();
    }

    private void Pop()
    {
        var name = open[^1];
        open.RemoveAt(open.Count - 1);
        formatting -= Formatting.Contains(name) ? 1 : 0;
        sink.Close(name);
    }

    private bool StaysHidden(HtmlTagToken tag, string name)
    {
        if (name != hiddenBy)
            return true;
        if (EndedByItself.ContainsKey(name) || (tag.IsEndTag && --hiddenDepth == 0))
        {
            hiddenBy = null;
            return tag.IsEndTag;
        }

        hiddenDepth += tag.IsEndTag || EndsItself(tag, name) ? 0 : 1;
        return true;
    }

    /// <summary>The slash counts in foreign elements only: <c>&lt;div/&gt;</c> stays open.</summary>
    private static bool EndsItself(HtmlTagToken tag, string name) => tag.IsEmptyElement && (name is "svg" or "math");

    private static bool IsHidden(HtmlTagToken tag) =>
        tag.Attributes.Any(a => a.Name == "hidden" || (a.Name.Equals("style", StringComparison.OrdinalIgnoreCase) && a.Value is { Length: < 4096 } style && DisplayNone().IsMatch(style)));

    [GeneratedRegex(@"display\s*:\s*none", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex DisplayNone();
}
