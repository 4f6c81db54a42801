using System.Text.Json.Nodes;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>What people do in the inbox: release what was held, and process again.</summary>
public sealed class InboxTests : HostTests
{
    private Guid ticket;

    protected override async Task PrepareAsync() => ticket = await User.NewTicketAsync();

    [Fact]
    public async Task Release_QuarantinedMail_PutsItOnTheTicketAndRaisesTheEvent()
    {
        await using var receiver = await Receiver.StartAsync();
        await User.NewTicketWebhookAsync(receiver.Url, new { events = new[] { "message.created" } });
        var held = await QuarantineAsync();
        (await User.TicketMessagesAsync(ticket)).ShouldBeEmpty();
        (await User.AllAsync("/v1/events?eventType=message.created")).ShouldBeEmpty();

        (await User.PostAsync($"/v1/callbacks/{held["id"]}/release")).Status.ShouldBe(202);

        var request = (await receiver.WaitForAsync(1))[0];
        ((string)JsonNode.Parse(request.Body)!["data"]!["message"]!["body"]!).ShouldBe("Me again.");
        (await User.TicketMessagesAsync(ticket)).ShouldHaveSingleItem();
        EffectOf(await ProcessedAsync()).ShouldBe(("processed", "message_added"));
    }

    [Fact]
    public async Task Release_Twice_IsAConflictAndHasOneEffect()
    {
        var held = await QuarantineAsync();
        await User.PostAsync($"/v1/callbacks/{held["id"]}/release");
        await ProcessedAsync();

        var again = await User.PostAsync($"/v1/callbacks/{held["id"]}/release");

        (again.Status, again.Code).ShouldBe((409, "not_quarantined"));
        (await User.TicketMessagesAsync(ticket)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Reprocess_QuarantinedMail_StaysHeldAndCanBeReleased()
    {
        var held = await QuarantineAsync();

        await User.PostAsync($"/v1/callbacks/{held["id"]}/reprocess");

        EffectOf(await ProcessedAsync()).ShouldBe(("quarantined", "quarantined"));
        (await User.PostAsync($"/v1/callbacks/{held["id"]}/release")).Status.ShouldBe(202);
        await ProcessedAsync();
        (await User.TicketMessagesAsync(ticket)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Reprocess_ProcessedText_HasNoSecondEffectAndTellsTheFirst()
    {
        var twilio = await TwilioCaller.NewAsync(Host, User);
        await twilio.BringSmsAsync("SM1", "Hello");
        var before = await ProcessedAsync();

        (await User.PostAsync($"/v1/callbacks/{before["id"]}/reprocess")).Status.ShouldBe(202);

        var after = await ProcessedAsync();
        after["effects"]!.ToJsonString().ShouldBe(before["effects"]!.ToJsonString());
        (await User.TicketMessagesAsync(Guid.Parse((string)after["effects"]![0]!["ticketId"]!))).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Reprocess_MailThatWasIgnored_IsReadByThePresentSettings()
    {
        var mail = await MailCaller.NewAsync(Host, User);
        var settings = new { replyDomains = new[] { "reply.example.com" }, replyKeys = new[] { "a-reply-key-of-the-tests" }, inboundAddresses = new[] { MailCaller.Customer } };
        await User.PutAsync("/v1/inbound-mail", settings);
        await mail.BringAsync("help@example.com", "Subject: My bill\r\nMessage-ID: <1@example.com>", "It is too high.");
        var ignored = await ProcessedAsync();
        EffectOf(ignored).ShouldBe(("processed", "ignored"));
        await User.PutAsync("/v1/inbound-mail", new { settings.replyDomains });

        await User.PostAsync($"/v1/callbacks/{ignored["id"]}/reprocess");

        EffectOf(await ProcessedAsync()).ShouldBe(("processed", "ticket_created"));
    }

    /// <summary>A stranger's mail that names the ticket in its subject alone.</summary>
    private async Task<JsonNode> QuarantineAsync()
    {
        var mail = await MailCaller.NewAsync(Host, User);
        var number = (int)(await User.GetAsync($"/v1/tickets/{ticket}")).Json!["number"]!;
        await mail.BringAsync("help@example.com", $"Subject: Re: [#{number}] The printer\r\nMessage-ID: <1@example.net>", "Me again.", from: "eve@example.net");
        var held = await ProcessedAsync();
        EffectOf(held).ShouldBe(("quarantined", "quarantined"));
        return held;
    }

    private async Task<JsonNode> ProcessedAsync() => (await User.ProcessedCallbacksAsync(1)).ShouldHaveSingleItem();

    private static (string Status, string Effect) EffectOf(JsonNode callback) =>
        ((string)callback["status"]!, (string)callback["effects"]!.AsArray().ShouldHaveSingleItem()!["kind"]!);
}
