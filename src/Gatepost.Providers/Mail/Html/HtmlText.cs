using System.Text;
using MimeKit.Text;

namespace Gatepost.Providers.Mail.Html;

/// <summary>Turns HTML into text as a plain mail would have it: paragraphs apart, quoted mail behind <c>&gt;</c>.</summary>
internal sealed class HtmlText : IHtmlSink
{
    private static readonly HashSet<string> Blocks =
        [.. "div tr table tbody li dd dt pre center section article header footer main address fieldset form hr body h4 h5 h6".Split(' ')];

    private static readonly HashSet<string> Paragraphs = [.. "p ul ol dl blockquote h1 h2 h3".Split(' ')];

    private const string Bullet = "- ";

    private readonly StringBuilder text = new();
    private readonly StringBuilder line = new();
    private readonly Stack<bool> quoting = new();
    private int depth;
    private int previousDepth;
    private int blankLines;
    private int preformatted;

    private HtmlText()
    {
    }

    public static string Of(string html)
    {
        var result = new HtmlText();
        HtmlWalker.Walk(html, result);
        result.EndLine();
        return result.text.ToString();
    }

    public void Open(HtmlTagToken tag)
    {
        var name = tag.Name.ToLowerInvariant();
        Break(name);
        if (name == "br")
            BreakLine();
        else if (name is "td" or "th" && line.Length > 0)
            line.Append(' ');
        if (name == "pre")
            preformatted++;
        var mark = HtmlQuotes.Of(tag);
        if (mark == QuoteMark.Starts)
        {
            EndLine();
            depth++;
        }

        if (HtmlWalker.IsVoid(name))
            return;
        Quote(mark == QuoteMark.Holds);
        if (name == "li" && line.Length == 0)
            line.Append(Bullet);
    }

    public void Close(string name)
    {
        Break(name);
        preformatted -= name == "pre" ? 1 : 0;
        if (!quoting.Pop())
            return;
        EndLine();
        depth--;
    }

    public void Text(string data)
    {
        foreach (var c in data)
        {
            if (c is '\n' or '\r' && preformatted > 0)
                BreakOnNewLine(c);
            else if (c is ' ' or '\t' or '\n' or '\r' or '\f')
                AddSpace();
            else
                line.Append(c == '\u00A0' ? ' ' : c);
        }
    }

    private void Quote(bool starts)
    {
        quoting.Push(starts);
        if (!starts)
            return;
        EndLine();
        depth++;
    }

    private void Break(string name)
    {
        if (!Blocks.Contains(name) && !Paragraphs.Contains(name))
            return;
        EndLine();
        if (Paragraphs.Contains(name) && text.Length > 0)
            blankLines = Math.Max(blankLines, 1);
    }

    private void BreakOnNewLine(char c)
    {
        if (c == '\n')
            BreakLine();
    }

    /// <summary>A break in an empty line is an empty line.</summary>
    private void BreakLine()
    {
        if (line.Length > 0)
            EndLine();
        else if (text.Length > 0)
            blankLines = Math.Min(blankLines + 1, 3);
    }

    private void AddSpace()
    {
        if (preformatted > 0 || (line.Length > 0 && line[^1] != ' '))
            line.Append(' ');
    }

    private void EndLine()
    {
        var content = line.ToString();
        // The item's words may begin in a paragraph of their own.
        if (content == Bullet)
            return;
        line.Clear();
        // The signature line ends with a space.
        content = content == "-- " ? content : content.TrimEnd();
        if (content.Length == 0 || text.Length > MailText.MostCharacters)
            return;
        for (; blankLines > 0; blankLines--)
            text.Append('>', Math.Min(depth, previousDepth)).Append('\n');
        if (depth > 0)
            text.Append('>', Math.Min(depth, 20)).Append(' ');
        text.Append(content).Append('\n');
        previousDepth = Math.Min(depth, 20);
    }
}
