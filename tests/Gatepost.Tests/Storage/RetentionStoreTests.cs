using Gatepost.Deliveries;
using Gatepost.Security;
using Gatepost.Storage;
using Gatepost.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gatepost.Tests.Storage;

/// <summary>The sweeps as the worker runs them: 30 days for payloads, 90 for deliveries.</summary>
public abstract class RetentionStoreTests(TestStorage storage) : IAsyncDisposable
{
    private const string Erased = "events WHERE payload IS NULL";

    private readonly TestDatabase db = TestDatabase.Create(storage, services => services.AddSingleton(new SecretBox(new MasterKeys([Convert.ToBase64String(new byte[32])], "unused"))));
    private RetentionWorker? worker;

    private RetentionWorker Worker => worker ??= NewWorker(new ShardMap(db.Clock));

    private IRetentionStore Store => db.Services.GetRequiredService<IRetentionStore>();

    private LogRows Rows => new(db);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(29, 0)]
    [InlineData(31, 1)]
    public async Task Apply_EventOfAnAge_IsErasedAfterThirtyDays(int days, int erased)
    {
        await Rows.AddEventAsync(await Rows.AddOrganizationAsync(), days);

        await Worker.ApplyAsync(Token);

        (await Rows.CountAsync(Erased)).ShouldBe(erased);
        (await Rows.CountAsync("events")).ShouldBe(1);
    }

    [Theory]
    [InlineData("Pending")]
    [InlineData("Sending")]
    public async Task Apply_DeliveryStillOpen_KeepsThePayloadUntilItEnds(string status)
    {
        var organization = await Rows.AddOrganizationAsync();
        var webhook = await Rows.AddWebhookAsync(organization);
        var e = await Rows.AddEventAsync(organization, 100);
        await Rows.AddDeliveryAsync(organization, webhook, e, DeliveryStatus.Failed, 100, 100);
        await Rows.AddDeliveryAsync(organization, webhook, e, Enum.Parse<DeliveryStatus>(status), 100);

        await Worker.ApplyAsync(Token);
        (await Rows.CountAsync(Erased)).ShouldBe(0);
        (await Rows.CountAsync("attempts")).ShouldBe(2);

        await Rows.ExecuteAsync("UPDATE deliveries SET status = 2, completed_at = created_at");
        db.Clock.Advance(TimeSpan.FromDays(1));
        await Worker.ApplyAsync(Token);
        (await Rows.CountAsync("events WHERE payload IS NOT NULL")).ShouldBe(0);
    }

    [Fact]
    public async Task Apply_Attempts_GoByWhenTheirDeliveryEnded()
    {
        var organization = await Rows.AddOrganizationAsync();
        var webhook = await Rows.AddWebhookAsync(organization);
        var e = await Rows.AddEventAsync(organization, 40);
        await Rows.AddDeliveryAsync(organization, webhook, e, days: 40, ended: 31, attempts: 3);
        var kept = await Rows.AddDeliveryAsync(organization, webhook, e, days: 40, ended: 29, attempts: 3);

        await Worker.ApplyAsync(Token);

        (await Rows.CountAsync("deliveries")).ShouldBe(2);
        (await Rows.CountAsync($"attempts WHERE delivery_seq = {kept}")).ShouldBe(3);
        (await Rows.CountAsync("attempts")).ShouldBe(3);
    }

    [Fact]
    public async Task Apply_DeliveriesAndEvents_GoAfterNinetyDays()
    {
        var organization = await Rows.AddOrganizationAsync();
        var webhook = await Rows.AddWebhookAsync(organization);
        foreach (var days in (int[])[91, 89])
        {
            var e = await Rows.AddEventAsync(organization, days);
            await Rows.AddDeliveryAsync(organization, webhook, e, DeliveryStatus.Skipped, days, days);
        }

        await Worker.ApplyAsync(Token);

        (await Rows.CountAsync("deliveries")).ShouldBe(1);
        (await Rows.CountAsync("events")).ShouldBe(1);
        (await Rows.CountAsync("attempts")).ShouldBe(0);
    }

    [Fact]
    public async Task Apply_EventWithAWaitingDelivery_IsStillKnownAfterNinetyDays()
    {
        var organization = await Rows.AddOrganizationAsync();
        await Rows.AddDeliveryAsync(
            organization, await Rows.AddWebhookAsync(organization), await Rows.AddEventAsync(organization, 100), DeliveryStatus.Pending, 100);

        await Worker.ApplyAsync(Token);

        (await Rows.CountAsync("deliveries")).ShouldBe(1);
        (await Rows.CountAsync("events")).ShouldBe(1);
    }

    [Fact]
    public async Task Apply_Replays_GoAfterNinetyDaysUnlessTheyRun()
    {
        var organization = await Rows.AddOrganizationAsync();
        var webhook = await Rows.AddWebhookAsync(organization);
        await Rows.AddReplayAsync(organization, webhook, 91, "completed", 2);
        await Rows.AddReplayAsync(organization, webhook, 91, "running", 1);
        await Rows.AddReplayAsync(organization, webhook, 89, "canceled", 1);

        for (var run = Worker.ApplyAsync(Token); !run.IsCompleted; await Task.Yield())
            db.Clock.Advance(TimeSpan.FromMilliseconds(20));

        (await Rows.CountAsync("replays")).ShouldBe(2);
        (await Rows.CountAsync("replay_items")).ShouldBe(2);
    }

    [Fact]
    public async Task Apply_Callbacks_LoseTheirBodyAfterThirtyDaysAndGoAfterNinety()
    {
        var organization = await Rows.AddOrganizationAsync();
        var account = await Rows.AddAccountAsync(organization);
        foreach (var days in (int[])[91, 31, 29])
            await Rows.AddCallbackAsync(organization, account, days);
        await Rows.AddCallbackAsync(organization, account, 91, waits: true);

        await Worker.ApplyAsync(Token);

        (await Rows.CountAsync("callbacks")).ShouldBe(3);
        (await Rows.CountAsync("callbacks WHERE body IS NULL")).ShouldBe(1);
        (await Rows.CountAsync("callbacks WHERE next_attempt_at IS NOT NULL AND body IS NOT NULL")).ShouldBe(1);
    }

    [Fact]
    public async Task Apply_IdempotencyKeys_GoAfterADay()
    {
        foreach (var (scope, hours) in new[] { (1, 25), (2, 23) })
        {
            await Rows.ExecuteAsync(
                "INSERT INTO idempotency (scope, body_hash, epoch, state, created_at) VALUES (@scope, @scope, 1, 2, @At)",
                new { scope = new[] { (byte)scope }, At = db.Clock.GetInstant().AddHours(-hours) });
        }

        await Worker.ApplyAsync(Token);

        (await Rows.CountAsync("idempotency")).ShouldBe(1);
    }

    [Fact]
    public async Task Sweep_SmallBatches_ComesToTheEndWithoutSkipping()
    {
        var organization = await Rows.AddOrganizationAsync();
        foreach (var days in (int[])[50, 49, 48, 47, 46, 29, 28])
            await Rows.AddEventAsync(organization, days);
        await Rows.ExecuteAsync("DELETE FROM events WHERE seq = 2");

        var batches = new List<RetentionBatch> { new(0, 0, true) };
        while (batches[^1].HasMore)
            batches.Add(await Store.ErasePayloadsAsync(batches[^1].Last, db.Clock.GetInstant().AddDays(-30), 2, Token));

        batches.Skip(1).Select(b => b.Rows).ShouldBe([2, 2, 0]);
        batches[^1].Last.ShouldBe(5);
        (await Rows.CountAsync(Erased)).ShouldBe(4);
    }

    [Fact]
    public async Task Sweep_ClockWasSetBack_ErasesNothingEarly()
    {
        var organization = await Rows.AddOrganizationAsync();
        foreach (var days in (int[])[50, 20, 45, 40, 10])
            await Rows.AddEventAsync(organization, days);

        await Worker.ApplyAsync(Token);

        (await Rows.CountAsync(Erased + " AND created_at >= " + db.Clock.GetInstant().AddDays(-30).ToUnixTimeMilliseconds())).ShouldBe(0);
    }

    [Fact]
    public async Task Sweep_MoreThanABatchBehindOneThatStays_GoesOnBehindIt()
    {
        var organization = await Rows.AddOrganizationAsync();
        var webhook = await Rows.AddWebhookAsync(organization);
        for (var i = 0; i < 3; i++)
            await Rows.AddDeliveryAsync(organization, webhook, await Rows.AddEventAsync(organization, 100), i == 0 ? DeliveryStatus.Pending : DeliveryStatus.Failed, 100, 100);

        var batches = new List<RetentionBatch> { new(0, 0, true) };
        while (batches[^1].HasMore)
            batches.Add(await Store.ErasePayloadsAsync(batches[^1].Last, db.Clock.GetInstant().AddDays(-30), 1, Token));

        batches.Skip(1).Select(b => b.Rows).ShouldBe([0, 1, 1, 0]);
    }

    [Fact]
    public async Task Start_OfANodeThatGetsItsShardsLater_AppliesOnceItHasThem()
    {
        await Rows.AddEventAsync(await Rows.AddOrganizationAsync(), 31);
        var shards = new ShardMap(db.Clock);
        shards.Set([]);
        using var started = NewWorker(shards);
        await started.StartAsync(Token);

        shards.Set([0]);

        await Eventually.GetAsync(() => Rows.CountAsync(Erased), erased => erased == 1, () => db.Clock.Advance(TimeSpan.FromSeconds(1)));
        await started.StopAsync(Token);
    }

    public ValueTask DisposeAsync() => db.DisposeAsync();

    private RetentionWorker NewWorker(ShardMap shards) => new(
        Store, db.Services.GetRequiredService<IIdempotencyStore>(), db.Services.GetRequiredService<ICallbackStore>(), Options.Create(new RetentionOptions()), shards, db.Clock, NullLogger<RetentionWorker>.Instance);
}
