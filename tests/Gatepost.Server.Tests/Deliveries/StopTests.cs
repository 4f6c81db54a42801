using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gatepost.Deliveries;
using Gatepost.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gatepost.Server.Tests.Deliveries;

public sealed class StopTests
{
    [Fact]
    public async Task BeginStop_AttemptOutlastsThePatience_IsInterruptedWhileClientsAreStillServed()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(55));
        using var receiver = new TcpListener(IPAddress.Loopback, 0); // takes connections and never answers
        receiver.Start();
        await using var host = await GatepostHost.StartAsync(clock, new Dictionary<string, string?> { ["Gatepost:Deliveries:TimeoutSeconds"] = "30" });
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(new Uri($"http://{receiver.LocalEndpoint}/"));
        await user.NewTicketAsync();
        using var connection = await receiver.AcceptTcpClientAsync();

        host.Get<DeliveryWorker>().BeginStop(TimeSpan.FromSeconds(25));
        clock.Advance(TimeSpan.FromSeconds(25));

        var attempts = await Eventually.GetAsync(() => AttemptsAsync(user, webhook), all => all.Count == 1);
        ((string)attempts[0]!["outcome"]!).ShouldBe("interrupted");
    }

    private static async Task<JsonArray> AttemptsAsync(ApiUser user, Guid webhook) =>
        (await user.DeliveryAsync((Guid)(await user.DeliveriesAsync(webhook))[0]["id"]!))["attempts"]!.AsArray();
}
