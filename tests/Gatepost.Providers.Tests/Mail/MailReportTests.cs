using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Tests.Mail;

/// <summary>Reports about outbound messages.</summary>
public sealed class MailReportTests
{
    private static readonly string OwnId = MessageToken.MessageId("1042", "77", "mail.example.com", MailBuilder.Key);

    [Theory]
    [InlineData("failed", "5.1.1", MailDecision.Bounce, true)]
    [InlineData("failed", "4.2.2", MailDecision.Bounce, false)]
    [InlineData("delayed", "4.4.1", MailDecision.Deferred, false)]
    [InlineData("delivered", "2.0.0", MailDecision.Ignore, false)]
    public void Read_DeliveryReport_FollowsItsAction(string action, string status, MailDecision expected, bool permanent)
    {
        var reading = Report(action, status).Read();

        reading.Decision.ShouldBe(expected);
        reading.Bounce!.IsPermanent.ShouldBe(permanent);
        reading.OutboundMessage!.Message.ShouldBe("77");
    }

    [Fact]
    public void Read_DeliveryReportOfAnUnknownMessage_IsIgnored() =>
        Report("failed", "5.1.1", "forged@evil.test").To("help@example.com").Read().Decision.ShouldBe(MailDecision.Ignore);

    [Fact]
    public void Read_DeliveryReportForTwo_NamesTheOneThatFailed()
    {
        var reading = MailBuilder.Multipart("report; report-type=delivery-status", Group(
            "Final-Recipient: rfc822; a@x.test\nAction: delivered\nStatus: 2.0.0", "Final-Recipient: rfc822; b@x.test\nAction: failed\nStatus: 5.0.0")).Read();

        reading.Bounces.Count.ShouldBe(2);
        reading.Bounce!.Recipient.ShouldBe("b@x.test");
    }

    [Fact]
    public void Read_QmailBounce_IsRecognised()
    {
        var reading = MailBuilder.Plain($"Hi. This is the qmail-send program at x.test.\n\n<bob@x.test>:\n192.0.2.1 failed\nRemote host said: 550 5.1.1 no such user\n\n--- Below this line is a copy\n\nMessage-ID: <{OwnId}>\n")
            .With("Subject: failure notice").Sender("").To("help@example.com").Read();

        reading.Decision.ShouldBe(MailDecision.Bounce);
        (reading.Bounce!.Recipient, reading.Bounce.StatusCode, reading.Bounce.IsPermanent).ShouldBe(("bob@x.test", "5.1.1", true));
    }

    [Fact]
    public void Read_PersonWritesAboutABounce_IsNoBounce() =>
        MailBuilder.Plain("Your mail was undeliverable: 550 5.1.1").With("Subject: undeliverable mail").Read().Decision.ShouldBe(MailDecision.Append);

    private static MailBuilder Report(string action, string status, string? original = null) => MailBuilder.Multipart(
        "report; report-type=delivery-status",
        Group($"Final-Recipient: rfc822; alice@customer.test\nAction: {action}\nStatus: {status}"),
        $"Content-Type: text/rfc822-headers\n\nMessage-ID: <{original ?? OwnId}>\n").Sender("");

    private static string Group(params string[] recipients) =>
        $"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x.test\n\n{string.Join("\n\n", recipients)}\n";
}
