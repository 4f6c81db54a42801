using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Deliveries;

/// <summary>kill -9 of the real process. <c>bench crash</c> does it for longer.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Kill9_UnderLoad_LosesNothingAcknowledged()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        var user = await server.NewOrganizationAsync();
        await user.NewTicketWebhookAsync(receiver.Url);
        var acked = new ConcurrentBag<Guid>();
        for (var life = 0; life < 3; life++)
        {
            var load = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PublishUntilDeadAsync(user, acked)));
            await receiver.WaitForAsync(receiver.Requests.Count + 100);
            await server.KillAsync();
            await load;
            await server.StartAgainAsync();
        }

        await Eventually.GetAsync(() => Task.FromResult(Missing()), missing => missing == 0);

        acked.Count.ShouldBeGreaterThan(100);

        int Missing() => acked.Except(receiver.Requests.Select(r => Guid.Parse((string)JsonNode.Parse(r.Body)!["eventId"]!))).Count();
    }

    private static async Task PublishUntilDeadAsync(ApiUser user, ConcurrentBag<Guid> acked)
    {
        try
        {
            while (true)
                acked.Add(await PublishAsync(user));
        }
        catch (HttpRequestException)
        {
            // It is dead: what was under way was not acknowledged.
        }
    }

    private static async Task<Guid> PublishAsync(ApiUser user)
    {
        var answer = await user.PostAsync("/v1/events", """{"eventType":"ticket.created","data":{"ticket":{"id":"01946870-1b2c-7d3e-8f40-5a6b7c8d9e0f"}}}""");
        return Guid.Parse((string)answer.Json!["eventId"]!);
    }
}
