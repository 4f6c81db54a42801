using MimeKit.Text;

namespace Gatepost.Providers.Mail.Html;

/// <summary>Receives a mail's HTML, element by element; every opened element is closed, in order.</summary>
internal interface IHtmlSink
{
    /// <param name="tag">With its attributes. Void elements are not closed.</param>
    void Open(HtmlTagToken tag);

    void Close(string name);

    void Text(string text);
}
