using System.Text;
using CsCheck;
using Gatepost.Providers.Mail;
using MimeKit;

namespace Gatepost.Providers.Tests.Mail;

public sealed class MailComposerTests
{
    private static readonly Gen<string> Text = Gen.OneOf(Gen.String[0, 300], Gen.Byte.Array[0, 300].Select(Encoding.UTF8.GetString));

    private static readonly MailFile Image = new("a.png", "image/png", new byte[] { 1, 2, 3 }, "img001");

    [Fact]
    public void Compose_SameFields_GivesTheSameOctets()
    {
        var fields = new MailFields { Headers = [new("Subject", "Hi")], Text = "a", Html = "<p>a</p>", Files = [Image] };

        MailComposer.Compose(fields).ShouldBe(MailComposer.Compose(fields));
    }

    [Fact]
    public void Compose_NoDateAndNoId_InventsNone() =>
        Encoding.UTF8.GetString(MailComposer.Compose(new MailFields { Headers = [new("From", "a@x.test")], Text = "a" })).ShouldNotContain("Message-Id", Case.Insensitive);

    [Fact]
    public void Compose_LineBreakInAHeader_BeginsNoOther() =>
        Load(new MailFields { Headers = [new("Subject", "Hi\r\nBcc: evil@x.test"), new("X: y", "z"), new("", "")], Text = "a" }).Headers.Select(h => h.Field).ShouldNotContain("Bcc");

    [Fact]
    public void Compose_WordLongerThanALine_IsKept() =>
        Load(new MailFields { Headers = [new("Subject", new string('x', 300))], Text = "a" }).Subject.ShouldBe(new string('x', 300));

    [Fact]
    public void Compose_ImageOfTheHtml_IsInline() =>
        Load(new MailFields { Text = "a", Html = "<img src=\"cid:img001\">", Files = [Image] }).BodyParts.OfType<MimePart>().ShouldContain(p => p.ContentId == "img001" && !p.IsAttachment);

    [Fact]
    public void Compose_DeliveryReport_KeepsItsType()
    {
        var status = new MailFile("status", "message/delivery-status", Encoding.ASCII.GetBytes("Reporting-MTA: dns; x.test\r\n\r\nFinal-Recipient: rfc822; a@x.test\r\nAction: failed\r\nStatus: 5.1.1\r\n"));

        var message = Load(new MailFields { Headers = [new("Content-Type", "multipart/report; report-type=delivery-status; boundary=x")], Text = "Sorry", Files = [status] });

        message.Body.ShouldBeOfType<MultipartReport>().OfType<MessageDeliveryStatus>().ShouldHaveSingleItem().StatusGroups.Count.ShouldBe(2);
    }

    [Fact]
    public void Compose_AnyFields_IsReadAgain() => Gen.Select(Text, Text, Text, Text).Sample((name, value, type, id) =>
        Load(new MailFields { Headers = [new(name, value), new("X-Any", value)], Text = value, Html = name, Files = [new(name, type, new byte[] { 1 }, id)] }).ShouldNotBeNull());

    private static MimeMessage Load(MailFields fields)
    {
        using var stream = new MemoryStream(MailComposer.Compose(fields));
        return MimeMessage.Load(stream);
    }
}
