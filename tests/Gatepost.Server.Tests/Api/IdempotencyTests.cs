using Gatepost.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gatepost.Server.Tests.Api;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task Post_SameKeyAndBody_GivesTheFirstAnswerAndActsOnce()
    {
        await using var host = await GatepostHost.StartAsync();
        var user = await host.NewOrganizationAsync();
        var body = new { subject = "Once", requester = new { name = "Ada" } };

        var first = await user.PostAsync("/v1/tickets", body, "key-1");
        var second = await user.PostAsync("/v1/tickets", body, "key-1");

        (first.Status, second.Status).ShouldBe((201, 201));
        second.Text.ShouldBe(first.Text);
        (await user.GetAsync("/v1/tickets")).Data.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Post_SameKeyOtherBody_IsRefused()
    {
        await using var host = await GatepostHost.StartAsync();
        var user = await host.NewOrganizationAsync();
        await user.PostAsync("/v1/tickets", new { subject = "One", requester = new { name = "Ada" } }, "key-1");

        var other = await user.PostAsync("/v1/tickets", new { subject = "Two", requester = new { name = "Ada" } }, "key-1");

        (other.Status, other.Code).ShouldBe((422, "idempotency_key_reused"));
    }

    [Fact]
    public async Task CreateApiKey_Repeated_HidesTheKey()
    {
        await using var host = await GatepostHost.StartAsync();
        var user = await host.NewOrganizationAsync();
        var path = $"/v1/organizations/{user.OrganizationId}/api-keys";
        var first = await user.PostAsync(path, new { name = "k" }, "key-1");

        var second = await user.PostAsync(path, new { name = "k" }, "key-1");

        ((string?)first.Json!["key"]).ShouldNotBeNull();
        second.Json!.AsObject().ContainsKey("key").ShouldBeTrue();
        ((string?)second.Json!["key"]).ShouldBeNull();
        second.Id.ShouldBe(first.Id);
    }

    [Fact]
    public async Task Post_Concurrently_ActsOnce()
    {
        await using var host = await GatepostHost.StartAsync();
        var user = await host.NewOrganizationAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => user.PostAsync("/v1/tickets", new { subject = "Once", requester = new { name = "Ada" } }, "key-1")));

        answers.ShouldAllBe(a => a.Status == 201 || a.Code == "idempotency_in_progress");
        (await user.GetAsync("/v1/tickets")).Data.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Post_SameKeyADayLater_ActsAgain()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(55));
        await using var host = await GatepostHost.StartAsync(clock);
        var user = await host.NewOrganizationAsync();
        await user.PostAsync("/v1/tickets", new { subject = "S", requester = new { name = "Ada" } }, "key-1");
        clock.Advance(TimeSpan.FromHours(25));

        await user.PostAsync("/v1/tickets", new { subject = "S", requester = new { name = "Ada" } }, "key-1");

        (await user.GetAsync("/v1/tickets")).Data.Count.ShouldBe(2);
    }

    [Fact]
    public async Task PublishEvent_EventIdSeenBefore_Is200AndNothingNew()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url);
        var example = (await user.GetAsync("/v1/event-types")).Data.First(t => (string)t!["name"]! == "ticket.created")!["example"]!["data"]!;
        var body = new { eventType = "ticket.created", eventId = Guid.NewGuid(), data = example };

        var first = await user.PostAsync("/v1/events", body);
        var second = await user.PostAsync("/v1/events", body);

        (first.Status, second.Status).ShouldBe((202, 200));
        (await user.DeliveriesAsync(webhook)).Count.ShouldBe(1);
    }
}
