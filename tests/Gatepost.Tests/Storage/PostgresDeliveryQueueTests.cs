using Gatepost.Deliveries;
using Gatepost.Storage;
using Gatepost.Testing;
using Gatepost.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Tests.Storage;

public sealed class PostgresDeliveryQueueTests : IAsyncDisposable
{
    private readonly TestDatabase db = TestDatabase.Create(TestStorage.Postgres, services => services.AddSingleton(new DisablePolicy(10, TimeSpan.Zero)));

    private IDeliveryQueue Queue => db.Services.GetRequiredService<IDeliveryQueue>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => db.DisposeAsync();

    [Fact]
    public async Task ClaimDue_ALaneOfAnotherNode_IsAnsweredWithNothing()
    {
        var (mine, foreign) = (await AddDueAsync(), await AddDueAsync());
        db.Services.GetRequiredService<ShardMap>().Set([ShardMap.Of(mine)]);

        var claims = await Queue.ClaimDueAsync([(mine, 5), (foreign, 5)], db.Clock.GetUtcNow(), Token);

        claims.Select(c => (c.WebhookSeq, c.Deliveries.Count)).ShouldBe([(mine, 1), (foreign, 0)], ignoreOrder: true);
    }

    [Fact]
    public async Task ReadWaiting_ALaneOfAnotherNode_IsLeftOut()
    {
        var (mine, _) = (await AddDueAsync(), await AddDueAsync());
        db.Services.GetRequiredService<ShardMap>().Set([ShardMap.Of(mine)]);

        (await Queue.ReadWaitingAsync(Token)).Select(w => w.WebhookSeq).ShouldBe([mine]);
    }

    [Fact]
    public async Task ClaimSuspect_OneOfOursIsDue_IsClaimedWithItsBody()
    {
        var mine = await AddDueAsync();
        await new LogRows(db).ExecuteAsync("UPDATE deliveries SET crash_count = 1");

        var suspect = await Queue.ClaimSuspectAsync(db.Clock.GetUtcNow(), Token);

        (suspect!.WebhookSeq, suspect.CrashCount, suspect.Body!.Bytes.Length).ShouldBe((mine, 1, 2));
        (await Queue.ClaimSuspectAsync(db.Clock.GetUtcNow(), Token)).ShouldBeNull();
    }

    private async Task<long> AddDueAsync()
    {
        var rows = new LogRows(db);
        var organization = await rows.AddOrganizationAsync();
        var webhook = await rows.AddWebhookAsync(organization);
        var delivery = await rows.AddDeliveryAsync(organization, webhook, await rows.AddEventAsync(organization), DeliveryStatus.Pending, attempts: 0);
        await rows.ExecuteAsync("UPDATE deliveries SET next_attempt_at = @now WHERE seq = @delivery", new { now = db.Clock.GetUtcNow(), delivery });
        return webhook;
    }
}
