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

    private static InboundDraft Of(string mime) =>
        MailDraft.Of(InboundMailSettings.Read(new InboundMail(Encoding.UTF8.GetBytes($"From: a@b.test\r\n{mime}\r\n"), null, []), null, Now), Now);
}
