using System.Text.Json.Nodes;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>What people do in the inbox: release what was held, and process again.</summary>
public sealed class InboxTests : IAsyncLifetime
{
    private GatepostHost host = null!;
    private ApiUser user = null!;
    private Guid ticket;

    public async ValueTask InitializeAsync()
    {
        host = await GatepostHost.StartAsync();
        user = await host.NewOrganizationAsync();
        ticket = await user.NewTicketAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Release_QuarantinedMail_PutsItOnTheTicketAndRaisesTheEvent()
    {
        await using var receiver = await Receiver.StartAsync();
        await user.NewTicketWebhookAsync(receiver.Url, new { events = new[] { "message.created" } });
        var held = await QuarantineAsync();
        (await user.TicketMessagesAsync(ticket)).ShouldBeEmpty();
        (await user.AllAsync("/v1/events?eventType=message.created")).ShouldBeEmpty();

        (await user.PostAsync($"/v1/callbacks/{held["id"]}/release")).Status.ShouldBe(202);

        var request = (await receiver.WaitForAsync(1))[0];
        ((string)JsonNode.Parse(request.Body)!["data"]!["message"]!["body"]!).ShouldBe("Me again.");
        (await user.TicketMessagesAsync(ticket)).ShouldHaveSingleItem();
        EffectOf(await ProcessedAsync()).ShouldBe(("processed", "message_added"));
    }

    [Fact]
    public async Task Release_Twice_IsAConflictAndHasOneEffect()
    {
        var held = await QuarantineAsync();
        await user.PostAsync($"/v1/callbacks/{held["id"]}/release");
        await ProcessedAsync();

        var again = await user.PostAsync($"/v1/callbacks/{held["id"]}/release");

        (again.Status, again.Code).ShouldBe((409, "not_quarantined"));
        (await user.TicketMessagesAsync(ticket)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Reprocess_QuarantinedMail_StaysHeldAndCanBeReleased()
    {
        var held = await QuarantineAsync();

        await user.PostAsync($"/v1/callbacks/{held["id"]}/reprocess");

        EffectOf(await ProcessedAsync()).ShouldBe(("quarantined", "quarantined"));
        (await user.PostAsync($"/v1/callbacks/{held["id"]}/release")).Status.ShouldBe(202);
        await ProcessedAsync();
        (await user.TicketMessagesAsync(ticket)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Reprocess_ProcessedText_HasNoSecondEffectAndTellsTheFirst()
    {
        var twilio = await TwilioCaller.NewAsync(host, user);
        await twilio.BringSmsAsync("SM1", "Hello");
        var before = await ProcessedAsync();

        (await user.PostAsync($"/v1/callbacks/{before["id"]}/reprocess")).Status.ShouldBe(202);

        var after = await ProcessedAsync();
        after["effects"]!.ToJsonString().ShouldBe(before["effects"]!.ToJsonString());
        (await user.TicketMessagesAsync(Guid.Parse((string)after["effects"]![0]!["ticketId"]!))).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Reprocess_MailThatWasIgnored_IsReadByThePresentSettings()
    {
        var mail = await MailCaller.NewAsync(host, user);
        var settings = new { replyDomains = new[] { "reply.example.com" }, replyKeys = new[] { "a-reply-key-of-the-tests" }, inboundAddresses = new[] { MailCaller.Customer } };
        await user.PutAsync("/v1/inbound-mail", settings);
        await mail.BringAsync("help@example.com", "Subject: My bill\r\nMessage-ID: <1@example.com>", "It is too high.");
        var ignored = await ProcessedAsync();
        EffectOf(ignored).ShouldBe(("processed", "ignored"));
        await user.PutAsync("/v1/inbound-mail", new { settings.replyDomains });

        await user.PostAsync($"/v1/callbacks/{ignored["id"]}/reprocess");

        EffectOf(await ProcessedAsync()).ShouldBe(("processed", "ticket_created"));
    }

    /// <summary>A stranger's mail that names the ticket in its subject alone.</summary>
    private async Task<JsonNode> QuarantineAsync()
    {
        var mail = await MailCaller.NewAsync(host, user);
        var number = (int)(await user.GetAsync($"/v1/tickets/{ticket}")).Json!["number"]!;
        await mail.BringAsync("help@example.com", $"Subject: Re: [#{number}] The printer\r\nMessage-ID: <1@example.net>", "Me again.", from: "eve@example.net");
        var held = await ProcessedAsync();
        EffectOf(held).ShouldBe(("quarantined", "quarantined"));
        return held;
    }

    private async Task<JsonNode> ProcessedAsync() => (await user.ProcessedCallbacksAsync(1)).ShouldHaveSingleItem();

    private static (string Status, string Effect) EffectOf(JsonNode callback) =>
        ((string)callback["status"]!, (string)callback["effects"]!.AsArray().ShouldHaveSingleItem()!["kind"]!);
}
