using System.Text.Json.Nodes;
using Gatepost.Signing;
using Gatepost.Providers.Mail;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>What customers and their mail servers answer, from the callback to the ticket and its webhooks.</summary>
public sealed class MailReplyTests : IAsyncLifetime
{
    private GatepostHost host = null!;
    private ApiUser user = null!;
    private MailCaller mail = null!;
    private Guid ticket;

    public async ValueTask InitializeAsync()
    {
        host = await GatepostHost.StartAsync();
        user = await host.NewOrganizationAsync();
        mail = await MailCaller.NewAsync(host, user);
        await user.PutAsync("/v1/inbound-mail", new { replyDomains = new[] { "reply.example.com" } });
        ticket = await user.NewTicketAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Reply_ToTheTicketsAddress_IsAMessageAndASignedEvent()
    {
        await using var receiver = await Receiver.StartAsync();
        await user.NewTicketWebhookAsync(receiver.Url, new { events = new[] { "message.created" } });
        var address = (await user.GetAsync($"/v1/tickets/{ticket}/reply-address")).Json!;

        var answer = await mail.BringAsync((string)address["replyTo"]!, "Subject: Re: The printer\r\nMessage-ID: <1@example.com>", "It is still on fire.");

        answer.Status.ShouldBe(200);
        var request = (await receiver.WaitForAsync(1))[0];
        request.Headers["X-Webhook-Event"].ShouldBe("message.created");
        new WebhookVerifier(ApiUser.Secret).Verify(request.Body, request.Headers[WebhookSignature.Header]).IsValid.ShouldBeTrue();
        var told = JsonNode.Parse(request.Body)!["data"]!["message"]!;
        var kept = (await user.TicketMessagesAsync(ticket)).ShouldHaveSingleItem();
        ((string)kept["body"]!, (string)kept["direction"]!, (string)kept["channel"]!).ShouldBe(("It is still on fire.", "inbound", "email"));
        ((string)told["id"]!, (string)told["body"]!, (string)told["author"]!["email"]!).ShouldBe(((string)kept["id"]!, "It is still on fire.", MailCaller.Customer));
    }

    [Fact]
    public async Task Reply_ByTheMessageIdAlone_IsAMessageOfTheTicket()
    {
        var address = (await user.GetAsync($"/v1/tickets/{ticket}/reply-address")).Json!;

        await mail.BringAsync("help@example.com", $"Subject: Re\r\nMessage-ID: <1@example.com>\r\nIn-Reply-To: {address["messageId"]}", "Hello?");

        await user.ProcessedCallbacksAsync(1);
        (await user.TicketMessagesAsync(ticket)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("generic", "invitation-1@mail.example.org", "invitation-1@mail.example.org")]
    [InlineData("ses", "0100018e-invitation", "0100018e-invitation@eu-west-1.amazonses.com")]
    [InlineData("postmark", "ABCDEF-invitation", "ABCDEF-invitation@mtasv.net")]
    public async Task DeliveryReport_OfARegisteredMessage_MarksItBouncedAndMakesNoMessage(string provider, string registered, string messageId)
    {
        var message = await user.NewMessageAsync("email", provider, registered, MailCaller.Customer);

        await mail.BringAsync("bounces@example.com", DeliveryReportHeaders, DeliveryReport(messageId), from: "MAILER-DAEMON@mx.example.net");

        (await user.ProcessedCallbacksAsync(1)).ShouldHaveSingleItem()["effects"]!.AsArray().Select(e => (string)e!["kind"]!).ShouldBe(["status"]);
        var heard = await user.MessageAsync(message);
        var bounce = heard["statusHistory"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)heard["status"]!, (string)bounce["errorCode"]!).ShouldBe(("bounced", "5.1.1"));
        (await user.AllAsync("/v1/tickets")).ShouldHaveSingleItem();
        (await user.TicketMessagesAsync(ticket)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, "status", "bounced")]
    [InlineData(false, "waiting", "bounced")]
    public async Task PlainBounce_ToTheReturnPathAlone_ReachesTheMessageThatItNames(bool registeredBefore, string effect, string status)
    {
        const string Key = "a-reply-key-of-the-tests";
        await user.PutAsync("/v1/inbound-mail", new { replyDomains = new[] { "reply.example.com" }, replyKeys = new[] { Key } });
        var number = (string)(await user.GetAsync($"/v1/tickets/{ticket}")).Json!["number"]!.ToString();
        Task<Guid> RegisterAsync() => user.NewMessageAsync("email", "generic", MessageToken.MessageId(number, "77", "reply.example.com", Key), MailCaller.Customer);
        var message = registeredBefore ? await RegisterAsync() : default;

        await mail.BringAsync(
            MessageToken.BounceAddress(number, "77", "reply.example.com", Key), "Subject: failure notice\r\nMessage-ID: <1@mx.example.net>",
            $"I could not deliver it.\r\n\r\n<{MailCaller.Customer}>:\r\n550 5.1.1 No such user", from: "MAILER-DAEMON@mx.example.net");

        ((string)(await user.ProcessedCallbacksAsync(1))[0]["effects"]![0]!["kind"]!).ShouldBe(effect);
        message = registeredBefore ? message : await RegisterAsync();
        ((string)(await user.MessageAsync(message))["status"]!).ShouldBe(status);
    }

    [Fact]
    public async Task Reply_ToARegisteredMessage_IsAMessageOfItsTicket()
    {
        await user.NewMessageAsync("email", "ses", "0100018e-answer", MailCaller.Customer, ticket);

        await mail.BringAsync("help@example.com", "Subject: Re\r\nMessage-ID: <1@example.com>\r\nIn-Reply-To: <0100018e-answer@email.amazonses.com>", "Hello?");

        await user.ProcessedCallbacksAsync(1);
        (await user.TicketMessagesAsync(ticket)).ShouldHaveSingleItem();
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
