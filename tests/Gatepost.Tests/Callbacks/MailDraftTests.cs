using System.Text;
using Gatepost.Callbacks;
using Gatepost.Providers;
using Gatepost.Tickets;

namespace Gatepost.Tests.Callbacks;

public sealed class MailDraftTests
{
    private static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Of_LongText_IsCutAndKeptAsAFile()
    {
        var text = new string('ü', MessageInput.MaxBody + 1);

        var draft = Of($"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}");

        (draft.Body.Length, draft.BodyHtml).ShouldBe((MessageInput.MaxBody, null));
        Encoding.UTF8.GetString(draft.Attachments.ShouldHaveSingleItem().Content!).ShouldBe(text);
    }

    [Fact]
    public void Of_Html_IsKeptSanitised()
    {
        var draft = Of("Content-Type: text/html\r\n\r\n<p>Hello</p><script>alert(1)</script>");

        (draft.Body, draft.BodyHtml).ShouldBe(("Hello", "<p>Hello</p>"));
        draft.Attachments.ShouldBeEmpty();
    }

    [Fact]
    public void Of_LongSubject_KeepsWholeCharacters() =>
        Of($"Subject: {new string('a', TicketRules.MaxSubject - 1)}😀\r\n\r\nHi").Subject.Length.ShouldBe(TicketRules.MaxSubject - 1);

    [Fact]
    public void ToMessage_PictureOfTheMail_PointsToItsAttachment()
    {
        var draft = Of(Related("<p onclick=x>See <img src='cid:a%40b'><img src='cid:gone'></p>", "image/png"));

        var message = draft.ToMessage(Guid.NewGuid(), Now);

        var picture = draft.Attachments.ShouldHaveSingleItem();
        message.BodyHtml.ShouldBe($"<p>See <img src=\"/v1/tickets/{message.TicketId}/messages/{message.Id}/attachments/{picture.Id}\"><img></p>");
    }

    [Fact]
    public void ToMessage_PictureThatMayRun_StaysEmpty() =>
        Of(Related("<p><img src='cid:a@b'></p>", "image/png; name=open-me.exe")).ToMessage(Guid.NewGuid(), Now).BodyHtml.ShouldBe("<p><img></p>");

    [Fact]
    public void ToMessage_PicturesTooManyToLink_StayEmptyAndTheTextIsKept()
    {
        var pictures = string.Concat(Enumerable.Repeat("<img src='cid:a@b'>", 4_000));

        var html = Of(Related($"<p>See</p>{pictures}", "image/png")).ToMessage(Guid.NewGuid(), Now).BodyHtml!;

        html.ShouldStartWith("<p>See</p><img><img>");
    }

    private static string Related(string html, string type) =>
        $"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n{html}\r\n"
        + $"--b\r\nContent-Type: {type}\r\nContent-ID: <a@b>\r\n\r\nX\r\n--b--";

    private static InboundDraft Of(string mime) =>
        MailDraft.Of(InboundMailSettings.Read(new InboundMail(Encoding.UTF8.GetBytes($"From: a@b.test\r\n{mime}\r\n"), null, []), null, Now), Now);
}
