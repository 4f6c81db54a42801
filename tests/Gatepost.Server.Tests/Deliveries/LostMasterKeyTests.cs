using Gatepost.Testing;

namespace Gatepost.Server.Tests.Deliveries;

/// <summary>A webhook whose secret no key opens sends nothing, and says why.</summary>
public sealed class LostMasterKeyTests : IAsyncLifetime
{
    private GatepostHost host = null!;
    private Receiver receiver = null!;
    private ApiUser user = null!;
    private Guid webhook;

    public async ValueTask InitializeAsync()
    {
        host = await GatepostHost.StartAsync();
        receiver = await Receiver.StartAsync();
        user = await host.NewOrganizationAsync();
        webhook = await user.NewTicketWebhookAsync(receiver.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await receiver.DisposeAsync();
    }

    [Fact]
    public async Task Test_FailsAndSaysWhy()
    {
        await host.LoseMasterKeyAsync();

        var test = await user.PostAsync($"/v1/webhooks/{webhook}/test");

        (test.Status, (string)test.Json!["status"]!, (string)test.Json["lastError"]!["code"]!).ShouldBe((200, "failed", "secret_unreadable"));
        test.Json["nextAttemptAt"].ShouldBeNull();
    }

    [Fact]
    public async Task Deliver_WaitsAndSaysWhy()
    {
        await host.LoseMasterKeyAsync();

        await user.NewTicketAsync();

        var waiting = await Eventually.GetAsync(async () => (await user.DeliveriesAsync(webhook))[0], d => (string)d["status"]! == "pending");
        ((string)waiting["lastError"]!["message"]!).ShouldContain("master key");
        receiver.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Redeliver_LeavesItAsItWasAndSaysWhy()
    {
        await user.NewTicketAsync();
        var sent = await Eventually.GetAsync(async () => (await user.DeliveriesAsync(webhook))[0], d => (string)d["status"]! == "succeeded");
        await host.LoseMasterKeyAsync();

        await user.PostAsync($"/v1/deliveries/{sent["id"]}/redeliver");

        var after = await Eventually.GetAsync(() => user.DeliveryAsync(Guid.Parse((string)sent["id"]!)), d => d["lastError"] is not null);
        ((string)after["status"]!, (string)after["lastError"]!["code"]!).ShouldBe(("succeeded", "secret_unreadable"));
        receiver.Requests.Count.ShouldBe(1);
    }
}
