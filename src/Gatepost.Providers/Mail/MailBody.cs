using System.Net;
using Gatepost.Providers.Mail.Html;
using Gatepost.Providers.Mail.Quotes;
using MimeKit;

namespace Gatepost.Providers.Mail;

/// <summary>Reads the body: decodes it, chooses between plain text and HTML, and strips what is quoted.</summary>
internal sealed class MailBody
{
    /// <summary>A longer one is cut: it cannot be shown anyway.</summary>
    private const int MostHtmlCharacters = 2 * 1024 * 1024;

    private static readonly HashSet<string> NoPictures = [];

    private MailBody(MailContent content) => Content = content;

    public MailContent Content { get; }

    /// <summary>The HTML as it came, where clients keep our markers; empty when there is none.</summary>
    public string RawHtml { get; private init; } = "";

    /// <summary>Content ids and locations that the HTML shows.</summary>
    public IReadOnlySet<string> Pictures { get; private init; } = NoPictures;

    public static MailBody Read(IReadOnlyList<BodySegment> segments)
    {
        var decoded = segments.Select(s => new Segment(Decode(s.Plain), Decode(s.Html), s)).ToList();
        var plain = MailText.Lines(string.Join("\n\n", decoded.Select(s => s.AsPlain())));
        return decoded.Any(s => s.Html is not null) ? OfHtml(decoded, plain) : new MailBody(ContentOf(decoded.FirstOrDefault()?.Plain, decoded.FirstOrDefault()?.Parts.Plain, plain));
    }

    private static MailBody OfHtml(List<Segment> segments, string plain)
    {
        var html = string.Concat(segments.Select(s => s.AsHtml()));
        html = html.Length > MostHtmlCharacters ? html[..MostHtmlCharacters] : html;
        var text = MailText.Lines(HtmlText.Of(html));
        var full = HtmlTamer.Tame(html, withoutQuotes: false);
        var inHtml = segments.Find(s => s.Html is not null)!;
        var content = segments.Find(s => s.Plain is not null) is { } inPlain && BodyChoice.PrefersPlain(QuoteStripper.Strip(plain).Text, text)
            ? ContentOf(inPlain.Plain, inPlain.Parts.Plain, plain)
            : ContentOf(inHtml.Html, inHtml.Parts.Html, text) with { IsFromHtml = true };
        return new MailBody(WithHtml(content, html, full)) { RawHtml = html, Pictures = full.Pictures };
    }

    private static MailContent WithHtml(MailContent content, string html, HtmlTamer full)
    {
        var whole = MailHtml.Sanitize(full.ToString());
        // Only when the text was cut too: else the sender answers between the quotes.
        var visible = content.StrippedQuote ? HtmlTamer.Tame(html, withoutQuotes: true) : null;
        var isShorter = visible is { LeftOutQuotes: true };
        return content with { Html = whole, VisibleHtml = isShorter ? MailHtml.Sanitize(visible!.ToString()) : whole, RemoteImages = [.. full.RemotePictures] };
    }

    private static MailContent ContentOf(DecodedText? source, TextPart? part, string text)
    {
        var stripped = QuoteStripper.Strip(text);
        return new MailContent
        {
            VisibleText = stripped.Text,
            Text = text.Trim('\n'),
            StrippedQuote = stripped.IsStripped,
            Charset = source?.Charset,
            DeclaredCharset = part?.ContentType.Charset,
        };
    }

    private static DecodedText? Decode(TextPart? part)
    {
        if (part is null)
            return null;
        using var bytes = new MemoryStream();
        part.Content?.DecodeTo(bytes);
        var decoded = MailCharset.Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), part.ContentType.Charset);
        return part.IsFlowed ? decoded with { Text = FlowedText.Unflow(MailText.Lines(decoded.Text), part.ContentType.Parameters["delsp"] is "yes") } : decoded;
    }

    private sealed record Segment(DecodedText? Plain, DecodedText? Html, BodySegment Parts)
    {
        public string AsPlain() => Plain?.Text ?? HtmlText.Of(Html!.Text);

        public string AsHtml() => Html?.Text ?? $"<div>{WebUtility.HtmlEncode(MailText.Lines(Plain!.Text)).Replace("\n", "<br>", StringComparison.Ordinal)}</div>";
    }
}
