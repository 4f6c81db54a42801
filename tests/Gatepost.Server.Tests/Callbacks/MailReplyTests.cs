using System.Text.Json.Nodes;
using Gatepost.Providers.Mail;
using Gatepost.Signing;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>What customers and their mail servers answer, from the callback to the ticket and its webhooks.</summary>
public sealed class MailReplyTests : HostTests
{
    private MailCaller mail = null!;
    private Guid ticket;

    protected override async Task PrepareAsync()
    {
        mail = await MailCaller.NewAsync(Host, User);
        await User.PutAsync("/v1/inbound-mail", new { replyDomains = new[] { "reply.example.com" } });
        ticket = await User.NewTicketAsync();
    }

    [Fact]
    public async Task Reply_ToTheTicketsAddress_IsAMessageAndASignedEvent()
    {
        await using var receiver = await Receiver.StartAsync();
        await User.NewTicketWebhookAsync(receiver.Url, new { events = new[] { "message.created" } });
        var address = (await User.GetAsync($"/v1/tickets/{ticket}/reply-address")).Json!;

        var answer = await mail.BringAsync((string)address["replyTo"]!, "Subject: Re: The printer\r\nMessage-ID: <1@example.com>", "It is still on fire.");

        answer.Status.ShouldBe(200);
        var request = (await receiver.WaitForAsync(1))[0];
        request.Headers["X-Webhook-Event"].ShouldBe("message.created");
        new WebhookVerifier(ApiUser.Secret).Verify(request.Body, request.Headers[WebhookSignature.Header]).IsValid.ShouldBeTrue();
        var told = JsonNode.Parse(request.Body)!["data"]!["message"]!;
        var kept = (await User.TicketMessagesAsync(ticket)).ShouldHaveSingleItem();
        ((string)kept["body"]!, (string)kept["direction"]!, (string)kept["channel"]!).ShouldBe(("It is still on fire.", "inbound", "email"));
        ((string)told["id"]!, (string)told["body"]!, (string)told["author"]!["email"]!).ShouldBe(((string)kept["id"]!, "It is still on fire.", MailCaller.Customer));
    }

    [Fact]
    public async Task Reply_ByTheMessageIdAlone_IsAMessageOfTheTicket()
    {
        var address = (await User.GetAsync($"/v1/tickets/{ticket}/reply-address")).Json!;

        await mail.BringAsync("help@example.com", $"Subject: Re\r\nMessage-ID: <1@example.com>\r\nIn-Reply-To: {address["messageId"]}", "Hello?");

        await User.ProcessedCallbacksAsync(1);
        (await User.TicketMessagesAsync(ticket)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("generic", "invitation-1@mail.example.org", "invitation-1@mail.example.org")]
    [InlineData("ses", "0100018e-invitation", "0100018e-invitation@eu-west-1.amazonses.com")]
    [InlineData("postmark", "ABCDEF-invitation", "ABCDEF-invitation@mtasv.net")]
    public async Task DeliveryReport_OfARegisteredMessage_MarksItBouncedAndMakesNoMessage(string provider, string registered, string messageId)
    {
        var message = await User.NewMessageAsync("email", provider, registered, MailCaller.Customer);

        await mail.BringAsync("bounces@example.com", DeliveryReportHeaders, DeliveryReport(messageId), from: "MAILER-DAEMON@mx.example.net");

        (await User.ProcessedCallbacksAsync(1)).ShouldHaveSingleItem()["effects"]!.AsArray().Select(e => (string)e!["kind"]!).ShouldBe(["status"]);
        var heard = await User.MessageAsync(message);
        var bounce = heard["statusHistory"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)heard["status"]!, (string)bounce["errorCode"]!).ShouldBe(("bounced", "5.1.1"));
        (await User.AllAsync("/v1/tickets")).ShouldHaveSingleItem();
        (await User.TicketMessagesAsync(ticket)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, "status", "bounced")]
    [InlineData(false, "waiting", "bounced")]
    public async Task PlainBounce_ToTheReturnPathAlone_ReachesTheMessageThatItNames(bool registeredBefore, string effect, string status)
    {
        const string Key = "a-reply-key-of-the-tests";
        await User.PutAsync("/v1/inbound-mail", new { replyDomains = new[] { "reply.example.com" }, replyKeys = new[] { Key } });
        var number = (string)(await User.GetAsync($"/v1/tickets/{ticket}")).Json!["number"]!.ToString();
        Task<Guid> RegisterAsync() => User.NewMessageAsync("email", "generic", MessageToken.MessageId(number, "77", "reply.example.com", Key), MailCaller.Customer);
        var message = registeredBefore ? await RegisterAsync() : default;

        await mail.BringAsync(
            MessageToken.BounceAddress(number, "77", "reply.example.com", Key), "Subject: failure notice\r\nMessage-ID: <1@mx.example.net>",
            $"I could not deliver it.\r\n\r\n<{MailCaller.Customer}>:\r\n550 5.1.1 No such user", from: "MAILER-DAEMON@mx.example.net");

        ((string)(await User.ProcessedCallbacksAsync(1))[0]["effects"]![0]!["kind"]!).ShouldBe(effect);
        message = registeredBefore ? message : await RegisterAsync();
        ((string)(await User.MessageAsync(message))["status"]!).ShouldBe(status);
    }

    [Fact]
    public async Task Reply_ToARegisteredMessage_IsAMessageOfItsTicket()
    {
        await User.NewMessageAsync("email", "ses", "0100018e-answer", MailCaller.Customer, ticket);

        await mail.BringAsync("help@example.com", "Subject: Re\r\nMessage-ID: <1@example.com>\r\nIn-Reply-To: <0100018e-answer@email.amazonses.com>", "Hello?");

        await User.ProcessedCallbacksAsync(1);
        (await User.TicketMessagesAsync(ticket)).ShouldHaveSingleItem();
    }

    private const string DeliveryReportHeaders =
        "Subject: Undelivered\r\nMessage-ID: <dsn@mx.example.net>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b";

    private static string DeliveryReport(string messageId) =>
        $"""
        --b
        Content-Type: text/plain

        Nobody lives here.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.net

        Final-Recipient: rfc822; {MailCaller.Customer}
        Action: failed
        Status: 5.1.1
        --b
        Content-Type: text/rfc822-headers

        Message-ID: <{messageId}>
        --b--
        """.ReplaceLineEndings("\r\n");
}
