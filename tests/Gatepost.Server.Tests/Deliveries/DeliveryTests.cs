using System.Text;
using System.Text.Json.Nodes;
using Gatepost.Signing;
using Gatepost.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gatepost.Server.Tests.Deliveries;

/// <summary>From a change over the API to what a receiver sees, through the whole real path.</summary>
public sealed class DeliveryTests
{
    private static readonly int[] DefaultDelays = [1, 5, 30, 300, 1_800, 7_200];

    [Fact]
    public async Task CreateTicket_SubscribedWebhook_PostsSignedEnvelope()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var user = await host.NewOrganizationAsync();
        await user.NewTicketWebhookAsync(receiver.Url, new { headers = new { Authorization = "Bearer of-the-receiver" } });

        var ticket = await user.NewTicketAsync();

        var request = (await receiver.WaitForAsync(1))[0];
        request.Headers["Content-Type"].ShouldBe("application/json");
        request.Headers["X-Webhook-Event"].ShouldBe("ticket.created");
        request.Headers["Authorization"].ShouldBe("Bearer of-the-receiver");
        request.Headers.ContainsKey("Transfer-Encoding").ShouldBeFalse();
        request.Headers["X-Webhook-Signature"].ShouldBe(WebhookSignature.Sign(request.Body, Encoding.UTF8.GetBytes(ApiUser.Secret)));
        var body = JsonNode.Parse(request.Body)!.AsObject();
        body.Select(m => m.Key).ShouldBe(["organizationId", "eventType", "eventId", "timestamp", "data"]);
        ((string)body["data"]!["ticket"]!["id"]!).ShouldBe(ticket.ToString());
    }

    [Fact]
    public async Task Delivery_ReceiverFails_RetriesAtTheDefaultDelaysWithSameIdAndBytes()
    {
        var clock = NewClock();
        await using var host = await GatepostHost.StartAsync(clock);
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 500;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url);
        await user.NewTicketAsync();

        foreach (var delay in DefaultDelays)
            await FailOnceAsync(clock, user, webhook, TimeSpan.FromSeconds(delay));
        var last = await Eventually.GetAsync(clock, async () => (await user.DeliveriesAsync(webhook))[0], d => (string)d["status"]! == "failed");

        ((int)last["attemptCount"]!).ShouldBe(7);
        receiver.Requests.Select(r => r.DeliveryId).Distinct().Count().ShouldBe(1);
        receiver.Requests.Select(r => Convert.ToBase64String(r.Body)).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Delivery_Answers429WithRetryAfter_WaitsAtLeastSoLong()
    {
        var clock = NewClock();
        await using var host = await GatepostHost.StartAsync(clock);
        await using var receiver = await Receiver.StartAsync();
        (receiver.Status, receiver.AnswerHeaders["Retry-After"]) = (429, "120");
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url);
        await user.NewTicketAsync();

        await FailOnceAsync(clock, user, webhook, TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task Redeliver_FailedDelivery_SendsTheSameOnceMoreAndSucceeds()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 500;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { retryPolicy = Array.Empty<int>() });
        await user.NewTicketAsync();
        var failed = await WaitForStatusAsync(user, webhook, "failed");
        receiver.Status = 204;

        (await user.PostAsync($"/v1/deliveries/{failed["id"]}/redeliver")).Status.ShouldBe(202);

        await WaitForStatusAsync(user, webhook, "succeeded");
        var detail = await user.DeliveryAsync(Guid.Parse((string)failed["id"]!));
        detail["attempts"]!.AsArray().Select(a => (string)a!["trigger"]!).ShouldBe(["automatic", "manual"]);
        receiver.Requests.Select(r => r.DeliveryId).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Redeliver_FailsAgain_LeavesTheStateAsItWas()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 500;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { retryPolicy = Array.Empty<int>() });
        await user.NewTicketAsync();
        var failed = await WaitForStatusAsync(user, webhook, "failed");

        await user.PostAsync($"/v1/deliveries/{failed["id"]}/redeliver");

        var again = await Eventually.GetAsync(async () => (await user.DeliveriesAsync(webhook))[0], d => (int)d["attemptCount"]! == 2);
        ((string)again["status"]!).ShouldBe("failed");
    }

    [Fact]
    public async Task Cancel_DeliveryBehindOthersInItsLane_IsNeverSent()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var answer = new TaskCompletionSource();
        receiver.AnswerAfter = answer.Task;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url);
        for (var i = 0; i < 12; i++)
            await user.NewTicketAsync();
        await receiver.WaitForAsync(8);
        var last = (await user.DeliveriesAsync(webhook))[0];

        (await user.PostAsync($"/v1/deliveries/{last["id"]}/cancel")).Status.ShouldBe(200);

        await Eventually.GetAsync(() => user.DeliveryAsync(Guid.Parse((string)last["id"]!)), d => (string)d["status"]! == "canceled" && d["completedAt"] is not null);
        answer.SetResult();
        await Eventually.GetAsync(() => user.DeliveriesAsync(webhook), all => all.Count(d => (string)d["status"]! == "succeeded") == 11);
        receiver.Requests.ShouldNotContain(r => r.DeliveryId == Guid.Parse((string)last["id"]!));
        (await user.PostAsync($"/v1/deliveries/{last["id"]}/redeliver")).Status.ShouldBe(202);
    }

    [Fact]
    public async Task Cancel_WaitingDelivery_MakesNoFurtherAttempt()
    {
        var clock = NewClock();
        await using var host = await GatepostHost.StartAsync(clock);
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 500;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url);
        await user.NewTicketAsync();
        var waiting = await Eventually.GetAsync(clock, async () => (await user.DeliveriesAsync(webhook))[0], d => d["nextAttemptAt"] is not null);

        (await user.PostAsync($"/v1/deliveries/{waiting["id"]}/cancel")).Status.ShouldBe(200);

        clock.Advance(TimeSpan.FromHours(1));
        ((string)(await user.DeliveriesAsync(webhook))[0]["status"]!).ShouldBe("canceled");
        (await user.PostAsync($"/v1/deliveries/{waiting["id"]}/cancel")).Code.ShouldBe("delivery_completed");
    }

    [Fact]
    public async Task Test_PausedWebhook_SendsTestEventAndAnswersWithItsAttempt()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 503;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { active = false });

        var answer = await user.PostAsync($"/v1/webhooks/{webhook}/test");

        answer.Status.ShouldBe(200);
        ((string)answer.Json!["status"]!).ShouldBe("failed");
        ((int)answer.Json["attempts"]![0]!["response"]!["status"]!).ShouldBe(503);
        receiver.Requests[0].Headers["X-Webhook-Event"].ShouldBe("webhook.test");
        ((int)(await user.WebhookAsync(webhook))["consecutiveFailures"]!).ShouldBe(0);
    }

    [Fact]
    public async Task Restart_DeliveriesWaiting_GoesOnWhereItStopped()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 500;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { retryPolicy = new[] { 1 } });
        await user.NewTicketAsync();
        await receiver.WaitForAsync(1);
        receiver.Status = 200;

        await host.RestartAsync();

        var done = await WaitForStatusAsync(user, webhook, "succeeded");
        ((int)done["attemptCount"]!).ShouldBe(2);
    }

    internal static FakeTimeProvider NewClock() => new(new DateTimeOffset(2025, 1, 15, 10, 30, 0, TimeSpan.Zero));

    internal static Task<JsonNode> WaitForStatusAsync(ApiUser user, Guid webhook, string status) =>
        Eventually.GetAsync(async () => (await user.DeliveriesAsync(webhook))[0], d => (string)d["status"]! == status);

    // Waits for the failed attempt's record, sees that the next one is due after the delay (+0-10 %), and turns the clock there.
    private static async Task FailOnceAsync(FakeTimeProvider clock, ApiUser user, Guid webhook, TimeSpan delay)
    {
        var now = clock.GetUtcNow();
        var waiting = await Eventually.GetAsync(
            clock, async () => (await user.DeliveriesAsync(webhook))[0], d => d["nextAttemptAt"] is { } next && DateTimeOffset.Parse((string)next!, null) > now.AddMilliseconds(500));
        var detail = await user.DeliveryAsync(Guid.Parse((string)waiting["id"]!));
        var attempt = detail["attempts"]!.AsArray()[^1]!;
        var ended = DateTimeOffset.Parse((string)attempt["startedAt"]!, null).AddMilliseconds((long)attempt["durationMs"]!);
        var due = DateTimeOffset.Parse((string)waiting["nextAttemptAt"]!, null);
        (due - ended).ShouldBeInRange(delay, (delay * 1.1) + TimeSpan.FromMilliseconds(1));
        clock.Advance(due - clock.GetUtcNow());
    }
}
