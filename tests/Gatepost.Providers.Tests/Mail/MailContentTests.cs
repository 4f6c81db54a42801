using System.Text;
using Gatepost.Providers.Mail;
using Gatepost.Providers.Mail.Html;

namespace Gatepost.Providers.Tests.Mail;

/// <summary>Text, HTML, charsets and attachments.</summary>
public sealed class MailContentTests
{
    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!;

    [Theory]
    [InlineData("<p>Thanks</p><hr id='stopSpelling'><div id=divRplyFwdMsg><b>From:</b> Help</div><div>Old</div>")]
    [InlineData("<div>Thanks</div><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>From:</b> Help</p></div><p>Old</p>")]
    [InlineData("<p>Thanks</p><div class='moz-cite-prefix'>On 9/10/25 10:53, Help wrote:</div><blockquote type=cite><p>Old</p></blockquote>")]
    [InlineData("<div>Thanks</div><div class='yahoo_quoted'>Old</div>")]
    public void Read_QuoteMarkedInHtml_IsLeftOutOfTextAndHtml(string html)
    {
        var content = MailBuilder.Html(html).Read().Content;

        content.VisibleText.ShouldBe("Thanks");
        content.VisibleHtml.ShouldNotBeNull().ShouldNotContain("Old");
        content.Text.ShouldContain("Old");
        content.Html.ShouldNotBeNull().ShouldContain("Old");
    }

    [Fact]
    public void Read_AnswersBetweenQuotesInHtml_ShowsAll()
    {
        var content = MailBuilder.Html("<blockquote>One?</blockquote><p>Yes</p><blockquote>Two?</blockquote><p>No</p>").Read().Content;

        content.VisibleText.ShouldBe("> One?\n\nYes\n\n> Two?\n\nNo");
        content.VisibleHtml.ShouldBe(content.Html);
    }

    [Theory]
    [InlineData("<ul><li>one<li><p>two</p></ul>end", "- one\n\n- two\n\nend")]
    [InlineData("a<br><br>b<div><br></div>c", "a\n\nb\n\nc")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc")]
    [InlineData("<pre>a\n  b</pre>", "a\n  b")]
    [InlineData("<div>a</div><div>-- <br>Alice</div>", "a")]
    [InlineData("<p>a</p><p style='display:none'>b<p>c", "a\n\nc")]
    public void Read_Html_BecomesText(string html, string expected) => MailBuilder.Html(html).Read().Content.VisibleText.ShouldBe(expected);

    [Fact]
    public void Read_Gb2312WithWiderCharacters_DecodesThem() =>
        new MailBuilder().With("Content-Type: text/plain; charset=gb2312").Body(Gb18030.GetBytes("镕基 㐀")).Read().Content.VisibleText.ShouldBe("镕基 㐀");

    [Fact]
    public void Read_Utf7_IsNotDecoded() =>
        new MailBuilder().With("Content-Type: text/html; charset=utf-7").Body("+ADw-script+AD4-").Read().Content.VisibleText.ShouldBe("+ADw-script+AD4-");

    [Fact]
    public void Read_PictureInHtml_IsInlineAndCanBeLinked()
    {
        var reading = MailBuilder.Multipart(
            "related",
            "Content-Type: text/html\n\n<p>See <img src=\"cid:a%40b\"></p>",
            "Content-Type: image/png\nContent-ID: <a@b>\n\nX",
            "Content-Type: image/png\nContent-ID: <unused>\n\nY").Read();

        reading.Attachments.Select(a => a.IsInline).ShouldBe([true, false]);
        MailHtml.LinkPictures(reading.Content.Html!, id => id == "a@b" ? "/files/1" : null).ShouldContain("src=\"/files/1\"");
    }

    [Fact]
    public void Read_RemotePicture_IsBlocked()
    {
        var content = MailBuilder.Html("<p>Hi<img src='https://track.test/p.gif'></p>").Read().Content;

        content.Html.ShouldNotBeNull().ShouldNotContain(" src=");
        content.RemoteImages.ShouldBe(["https://track.test/p.gif"]);
    }

    [Theory]
    [InlineData("..\\..\\boot.ini", "boot.ini")]
    [InlineData("con.txt", "_con.txt")]
    [InlineData("a\u202Egnp.exe", "agnp.exe")]
    [InlineData("...", "attachment-3.pdf")]
    [InlineData("a<b>:c.txt", "a_b__c.txt")]
    public void Safe_HostileName_IsHarmless(string name, string expected) => AttachmentName.Safe(name, 3, "application/pdf").ShouldBe(expected);

    [Fact]
    public void Safe_LongName_KeepsItsExtension()
    {
        var name = AttachmentName.Safe(new string('é', 500) + ".pdf", 1, "application/pdf");

        Encoding.UTF8.GetByteCount(name).ShouldBeLessThanOrEqualTo(200);
        name.ShouldEndWith("é.pdf");
    }

    [Theory]
    [InlineData("See image", "<p>See <img src=cid:a></p>", "See image")]
    [InlineData("See *this*: https://x.test/a", "<p>See <b>this</b></p>", "See this")]
    [InlineData("Please use a client for HTML.", "<p>All of the offer is here, in many more words than the notice has got, as one can see, and then some</p>", "All of")]
    [InlineData("The words", "", "The words")]
    public void Read_BothVersions_LosesNoWords(string plain, string html, string expected) =>
        MailBuilder.Multipart("alternative", $"Content-Type: text/plain\n\n{plain}", $"Content-Type: text/html\n\n{html}").Read().Content.VisibleText.ShouldStartWith(expected);

    [Fact]
    public void Read_TextsAroundAPicture_AreJoined() =>
        MailBuilder.Multipart("mixed", "Content-Type: text/plain\n\nOne", "Content-Type: image/png\n\nX", "Content-Type: text/plain\n\nTwo").Read().Content.VisibleText.ShouldBe("One\n\nTwo");
}
