using System.Globalization;
using System.Text;
using Gatepost.Callbacks;
using Gatepost.Organizations;
using Gatepost.Providers;
using Gatepost.Server.Api;
using Gatepost.Storage;
using Gatepost.Storage.Sql;
using Gatepost.Storage.Sqlite;
using Gatepost.Tickets;

namespace Gatepost.Server.Tests.Api;

/// <summary>Settings, reply addresses and attachments over HTTP.</summary>
public sealed class InboundMailApiTests : HostTests
{
    private static readonly object Settings = new { replyDomains = new[] { "reply.example.com" }, replyKeys = new[] { "a-secret-reply-key" } };

    [Fact]
    public async Task Put_Keys_AreCountedAndNeverShown()
    {
        (await User.GetAsync("/v1/inbound-mail")).Status.ShouldBe(404);

        var put = await User.PutAsync("/v1/inbound-mail", Settings);

        (put.Status, (int)put.Json!["replyKeyCount"]!).ShouldBe((200, 1));
        put.Text.ShouldNotContain("a-secret-reply-key");
        (await User.GetAsync("/v1/inbound-mail")).Text.ShouldBe(put.Text);
    }

    [Fact]
    public async Task Put_SeveralFaults_NamesAll() =>
        (await User.PutAsync("/v1/inbound-mail", new { replyDomains = new[] { "?" }, replyKeys = new[] { "x" } })).FaultyFields.ShouldBe(["replyDomains[0]", "replyKeys[0]"]);

    [Fact]
    public async Task ReplyAddress_NotConfigured_SaysWhatToDo()
    {
        var answer = await User.GetAsync($"/v1/tickets/{await User.NewTicketAsync()}/reply-address");

        (answer.Status, answer.Code).ShouldBe((409, "inbound_mail_not_configured"));
        answer.Text.ShouldContain("PUT /v1/inbound-mail");
    }

    [Fact]
    public async Task ReplyAddress_MailToIt_IsAMessageOfTheTicket()
    {
        var ticket = await User.NewTicketAsync();
        await User.PutAsync("/v1/inbound-mail", Settings);
        var address = (await User.GetAsync($"/v1/tickets/{ticket}/reply-address")).Json!;

        var effect = await ReceiveAsync((string)address["replyTo"]!, "Subject: Re\r\n\r\nIt works.");

        effect.TicketId.ShouldBe(ticket);
        ((string)address["messageId"]!).ShouldStartWith("<t1.m");
        ((string)(await User.GetAsync($"/v1/tickets/{ticket}/messages")).Data[0]!["body"]!).ShouldBe("It works.");
    }

    [Fact]
    public async Task Attachment_OfAMail_IsServedAsADownload()
    {
        var effect = await ReceiveAsync(
            "help@example.com", "Content-Type: image/svg+xml\r\nContent-Disposition: attachment; filename*=UTF-8''Bl%C3%BCte.svg\r\n\r\n<svg onload='alert(1)'/>");
        var message = (await User.GetAsync($"/v1/tickets/{effect.TicketId}/messages")).Data[0]!;

        using var answer = await FetchAsync((string)message["attachments"]![0]!["url"]!);

        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldStartWith("<svg onload='alert(1)'/>");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/octet-stream");
        answer.Content.Headers.GetValues("Content-Disposition").Single().ShouldBe("attachment; filename=Bl_te.svg; filename*=UTF-8''Bl%C3%BCte.svg");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("sandbox");
    }

    [Theory]
    [InlineData("image/PNG", false, "image/png")]
    [InlineData("text/html", false, "application/octet-stream")]
    [InlineData("text/plain\r\nX: y", false, "application/octet-stream")]
    [InlineData("application/pdf", true, "application/octet-stream")]
    public void TypeOf_AnythingRisky_IsBytes(string type, bool blocked, string served) =>
        AttachmentResult.TypeOf(new TicketAttachment { Id = Guid.Empty, FileName = "x", ContentType = type, Blocked = blocked }).ShouldBe(served);

    private async Task<CallbackEffect> ReceiveAsync(string to, string rest)
    {
        var token = TestContext.Current.CancellationToken;
        var organization = (OrganizationRef)(await Host.Get<IOrganizationStore>().FindRefAsync(User.OrganizationId, token))!;
        var mime = string.Create(CultureInfo.InvariantCulture, $"From: ada@example.net\r\nTo: {to}\r\nMessage-ID: <{Guid.NewGuid()}@example.net>\r\n{rest}\r\n");
        var e = new CallbackEvent
        {
            Kind = CallbackEventKind.Inbound,
            Channel = CallbackChannel.Email,
            DedupKey = "x",
            Mail = new InboundMail(Encoding.UTF8.GetBytes(mime), "ada@example.net", [to]),
        };
        var source = new CallbackSource(organization, 1, "mime", 1, DateTimeOffset.UnixEpoch, Released: false);
        return await Host.Get<SqliteDatabase>().WriteAsync(session => Host.Get<InboundWriter>().Apply(session, source, e), token);
    }

    private async Task<HttpResponseMessage> FetchAsync(string path)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {User.Key}");
        return await client.GetAsync(new Uri(Host.Address, path), TestContext.Current.CancellationToken);
    }
}
