using System.Net;
using System.Text;
using MimeKit.Text;

namespace Gatepost.Providers.Mail.Html;

/// <summary>
/// Writes the part of a mail's HTML that may be shown, well formed: the sanitizer after it then meets no surprise. Remote pictures
/// (which tell the sender who reads) are blocked: their address moves to <c>data-remote-src</c>.
/// </summary>
internal sealed class HtmlTamer(bool withoutQuotes) : IHtmlSink
{
    private readonly StringBuilder html = new();
    private readonly HashSet<string> pictures = new(StringComparer.Ordinal);
    private readonly HashSet<string> remotePictures = new(StringComparer.Ordinal);
    private readonly Stack<bool> written = new();
    private int? quoteAt;
    private bool quoteToTheEnd;

    /// <summary>Content ids and locations that are shown.</summary>
    public IReadOnlySet<string> Pictures => pictures;

    public IReadOnlyCollection<string> RemotePictures => remotePictures;

    public bool LeftOutQuotes { get; private set; }

    public static HtmlTamer Tame(string html, bool withoutQuotes)
    {
        var tamer = new HtmlTamer(withoutQuotes);
        HtmlWalker.Walk(html, tamer);
        return tamer;
    }

    public override string ToString() => html.ToString();

    public void Open(HtmlTagToken tag)
    {
        var name = tag.Name.ToLowerInvariant();
        if (withoutQuotes)
            NoteQuote(HtmlQuotes.Of(tag));
        var isWritten = !IsLeftOut && AllowedHtml.Tags.Contains(name);
        if (isWritten)
            WriteTag(tag, name);
        if (!HtmlWalker.IsVoid(name))
            written.Push(isWritten);
    }

    public void Close(string name)
    {
        if (written.Pop())
            html.Append("</").Append(name).Append('>');
        if (quoteAt > written.Count)
            quoteAt = null;
    }

    public void Text(string text)
    {
        if (!IsLeftOut)
            html.Append(WebUtility.HtmlEncode(text));
    }

    private bool IsLeftOut => quoteToTheEnd || quoteAt is not null;

    private void NoteQuote(QuoteMark mark)
    {
        quoteToTheEnd |= mark == QuoteMark.Starts;
        if (mark == QuoteMark.Holds)
            quoteAt ??= written.Count + 1;
        LeftOutQuotes |= mark != QuoteMark.None;
    }

    private void WriteTag(HtmlTagToken tag, string name)
    {
        html.Append('<').Append(name);
        var seen = new HashSet<string>();
        foreach (var attribute in tag.Attributes.Take(50))
        {
            if (attribute.Value is { } value && seen.Add(attribute.Name.ToLowerInvariant()))
                WriteAttribute(name, attribute.Name.ToLowerInvariant(), value);
        }

        html.Append('>');
    }

    private void WriteAttribute(string tag, string name, string value)
    {
        if (tag == "img" && name == "src")
            WritePicture(value.Trim());
        else if (tag == "a" && name == "href" && AllowedHtml.IsLink(value.Trim()))
            Write("href", value.Trim()).Append(" rel=\"noopener noreferrer nofollow\" target=\"_blank\"");
        else if (name == "style" && HtmlStyle.Filter(value) is { Length: > 0 } style)
            Write("style", style);
        else if (AllowedHtml.PlainAttributes.Contains(name) && value.Length <= 500)
            Write(name, value);
    }

    private void WritePicture(string source)
    {
        if (source.StartsWith("cid:", StringComparison.OrdinalIgnoreCase))
        {
            var id = Uri.UnescapeDataString(source[4..]);
            pictures.Add(id);
            Write("src", $"cid:{id}");
        }
        else if (source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            pictures.Add(source);
            remotePictures.Add(source);
            Write("data-remote-src", source);
        }
    }

    private StringBuilder Write(string name, string value) => html.Append(' ').Append(name).Append("=\"").Append(WebUtility.HtmlEncode(value)).Append('"');
}
