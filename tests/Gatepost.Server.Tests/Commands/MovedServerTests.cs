using Gatepost.Signing;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Commands;

/// <summary>A server that was killed on SQLite goes on on PostgreSQL.</summary>
public sealed class MovedServerTests
{
    [Fact]
    public async Task MigrateStorage_KilledServer_AnswersTheSameAndSendsWhatWaits()
    {
        Assert.SkipUnless(GatepostHost.Storage == TestStorage.Sqlite, "It names both of its databases itself.");
        await using var good = await Receiver.StartAsync();
        await using var bad = await Receiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(TestStorage.Sqlite);
        var desk = new BusyDesk(server, await server.NewOrganizationAsync());
        bad.Status = 500;
        await desk.FillAsync(good, bad);
        var before = await desk.DescribeAsync();
        (await desk.StatusesAsync()).ShouldBe(["canceled", "failed", "pending", "skipped", "succeeded"]);
        await using var late = await Receiver.StartAsync();
        var waiting = await WaitAsync(server, late);
        await server.KillAsync();

        await MoveAsync(server);
        late.Status = 200;
        await server.StartAgainAsync();

        (await desk.DescribeAsync()).ShouldBe(before);
        before.ShouldContain((await desk.AddFirstTicketAsync()).Id.ToString());
        await Eventually.GetAsync(() => waiting.AllAsync("/v1/deliveries"), all => all.All(d => (string)d["status"]! == "succeeded"));
        late.Requests.Select(r => r.DeliveryId).Distinct().Count().ShouldBe(3);
        late.Requests.Where(r => !IsSigned(r)).ShouldBeEmpty("the secrets are there, and so is their key");
    }

    /// <summary>Somebody whose deliveries failed once and are tried again and again.</summary>
    private static async Task<ApiUser> WaitAsync(ServerProcess server, Receiver late)
    {
        late.Status = 503;
        var user = await server.NewOrganizationAsync("Waiting");
        await user.NewTicketWebhookAsync(late.Url, new { retryPolicy = Enumerable.Repeat(3, 10) });
        for (var i = 0; i < 3; i++)
            await user.NewTicketAsync();
        await late.WaitForAsync(3);
        return user;
    }

    private static bool IsSigned(Received request) => new WebhookVerifier(ApiUser.Secret).Verify(request.Body, request.Headers[WebhookSignature.Header]).IsValid;

    private static async Task MoveAsync(ServerProcess server)
    {
        var target = await TestDatabase.CreatePostgresAsync();
        server.MoveTo(target);
        var (exitCode, output) = await StorageMover.RunAsync(Path.Combine(server.Folder, "gatepost.db"), target);
        exitCode.ShouldBe(0, output);
    }
}
