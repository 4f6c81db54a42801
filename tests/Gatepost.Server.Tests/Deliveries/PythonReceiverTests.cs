using System.Text.Json.Nodes;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Deliveries;

/// <summary>A receiver that knows nothing of Gatepost, in real time.</summary>
public sealed class PythonReceiverTests
{
    [Fact]
    public async Task TicketCreated_ReceiverFailsThreeTimes_GetsTheSameSignedRequestAtTheDefaultDelays()
    {
        await using var python = ChildProcess.Start("python3", [ChildProcess.PythonReceiver, ApiUser.Secret, "3"]);
        var url = new Uri($"http://127.0.0.1:{await python.ReadLineAsync()}/hook");
        await using var host = await GatepostHost.StartAsync();
        var user = await host.NewOrganizationAsync();
        await user.NewTicketWebhookAsync(url, new { headers = new Dictionary<string, string> { ["X-Custom"] = "mine" } });

        await user.NewTicketAsync();

        var requests = new List<JsonNode>();
        while (requests.Count < 4)
            requests.Add(JsonNode.Parse(await python.ReadLineAsync())!);
        requests.ShouldAllBe(r => (bool)r["verified"]!);
        requests.Select(r => $"{r["contentType"]} {r["event"]} {r["custom"]} {r["delivery"]} {r["body"]}").Distinct().Count().ShouldBe(1);
        ((string)requests[0]["contentType"]!, (string)requests[0]["event"]!, (string)requests[0]["custom"]!).ShouldBe(("application/json", "ticket.created", "mine"));
        var delays = requests.Zip(requests.Skip(1), (a, b) => (double)b["at"]! - (double)a["at"]!).ToList();
        // Never early; at most 10 % jitter, and what a busy machine adds.
        delays[0].ShouldBeInRange(1, 1.1 + 2);
        delays[1].ShouldBeInRange(5, 5.5 + 2);
        delays[2].ShouldBeInRange(30, 33 + 2);
    }
}
