using Gatepost.Deliveries;
using Gatepost.Security;
using Gatepost.Storage;
using Gatepost.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gatepost.Tests.Storage;

/// <summary>The sweeps as the worker runs them: 30 days for payloads, 90 for deliveries.</summary>
public sealed class SqliteRetentionStoreTests : IAsyncDisposable
{
    private const string Erased = "events WHERE payload IS NULL";

    private readonly SqliteTestDatabase db = SqliteTestDatabase.Create(services => services.AddSingleton(new SecretBox(new MasterKeys([Convert.ToBase64String(new byte[32])], "unused"))));
    private readonly LogRows rows;
    private readonly RetentionWorker worker;

    public SqliteRetentionStoreTests()
    {
        rows = new LogRows(db);
        worker = new RetentionWorker(
            Store, db.Services.GetRequiredService<IIdempotencyStore>(), db.Services.GetRequiredService<ICallbackStore>(), Options.Create(new RetentionOptions()), db.Clock, NullLogger<RetentionWorker>.Instance);
    }

    private IRetentionStore Store => db.Services.GetRequiredService<IRetentionStore>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(29, 0)]
    [InlineData(31, 1)]
    public async Task Apply_EventOfAnAge_IsErasedAfterThirtyDays(int days, int erased)
    {
        await rows.AddEventAsync(await rows.AddOrganizationAsync(), days);

        await worker.ApplyAsync(Token);

        (await rows.CountAsync(Erased)).ShouldBe(erased);
        (await rows.CountAsync("events")).ShouldBe(1);
    }

    [Theory]
    [InlineData("Pending")]
    [InlineData("Sending")]
    public async Task Apply_DeliveryStillOpen_KeepsThePayloadUntilItEnds(string status)
    {
        var organization = await rows.AddOrganizationAsync();
        var webhook = await rows.AddWebhookAsync(organization);
        var e = await rows.AddEventAsync(organization, 100);
        await rows.AddDeliveryAsync(organization, webhook, e, DeliveryStatus.Failed, 100, 100);
        await rows.AddDeliveryAsync(organization, webhook, e, Enum.Parse<DeliveryStatus>(status), 100);

        await worker.ApplyAsync(Token);
        (await rows.CountAsync(Erased)).ShouldBe(0);
        (await rows.CountAsync("attempts")).ShouldBe(2);

        await rows.ExecuteAsync("UPDATE deliveries SET status = 2, completed_at = created_at");
        db.Clock.Advance(TimeSpan.FromDays(1));
        await worker.ApplyAsync(Token);
        (await rows.CountAsync("events WHERE payload IS NOT NULL")).ShouldBe(0);
    }

    [Fact]
    public async Task Apply_Attempts_GoByWhenTheirDeliveryEnded()
    {
        var organization = await rows.AddOrganizationAsync();
        var webhook = await rows.AddWebhookAsync(organization);
        var e = await rows.AddEventAsync(organization, 40);
        await rows.AddDeliveryAsync(organization, webhook, e, days: 40, ended: 31, attempts: 3);
        var kept = await rows.AddDeliveryAsync(organization, webhook, e, days: 40, ended: 29, attempts: 3);

        await worker.ApplyAsync(Token);

        (await rows.CountAsync("deliveries")).ShouldBe(2);
        (await rows.CountAsync($"attempts WHERE delivery_seq = {kept}")).ShouldBe(3);
        (await rows.CountAsync("attempts")).ShouldBe(3);
    }

    [Fact]
    public async Task Apply_DeliveriesAndEvents_GoAfterNinetyDays()
    {
        var organization = await rows.AddOrganizationAsync();
        var webhook = await rows.AddWebhookAsync(organization);
        foreach (var days in (int[])[91, 89])
        {
            var e = await rows.AddEventAsync(organization, days);
            await rows.AddDeliveryAsync(organization, webhook, e, DeliveryStatus.Skipped, days, days);
        }

        await worker.ApplyAsync(Token);

        (await rows.CountAsync("deliveries")).ShouldBe(1);
        (await rows.CountAsync("events")).ShouldBe(1);
        (await rows.CountAsync("attempts")).ShouldBe(0);
    }

    [Fact]
    public async Task Apply_EventWithAWaitingDelivery_IsStillKnownAfterNinetyDays()
    {
        var organization = await rows.AddOrganizationAsync();
        await rows.AddDeliveryAsync(
            organization, await rows.AddWebhookAsync(organization), await rows.AddEventAsync(organization, 100), DeliveryStatus.Pending, 100);

        await worker.ApplyAsync(Token);

        (await rows.CountAsync("deliveries")).ShouldBe(1);
        (await rows.CountAsync("events")).ShouldBe(1);
    }

    [Fact]
    public async Task Apply_Replays_GoAfterNinetyDaysUnlessTheyRun()
    {
        var organization = await rows.AddOrganizationAsync();
        var webhook = await rows.AddWebhookAsync(organization);
        await rows.AddReplayAsync(organization, webhook, 91, "completed", 2);
        await rows.AddReplayAsync(organization, webhook, 91, "running", 1);
        await rows.AddReplayAsync(organization, webhook, 89, "canceled", 1);

        for (var run = worker.ApplyAsync(Token); !run.IsCompleted; await Task.Yield())
            db.Clock.Advance(TimeSpan.FromMilliseconds(20));

        (await rows.CountAsync("replays")).ShouldBe(2);
        (await rows.CountAsync("replay_items")).ShouldBe(2);
    }

    [Fact]
    public async Task Apply_Callbacks_LoseTheirBodyAfterThirtyDaysAndGoAfterNinety()
    {
        var organization = await rows.AddOrganizationAsync();
        var account = await rows.AddAccountAsync(organization);
        foreach (var days in (int[])[91, 31, 29])
            await rows.AddCallbackAsync(organization, account, days);
        await rows.AddCallbackAsync(organization, account, 91, waits: true);

        await worker.ApplyAsync(Token);

        (await rows.CountAsync("callbacks")).ShouldBe(3);
        (await rows.CountAsync("callbacks WHERE body IS NULL")).ShouldBe(1);
        (await rows.CountAsync("callbacks WHERE next_attempt_at IS NOT NULL AND body IS NOT NULL")).ShouldBe(1);
    }

    [Fact]
    public async Task Apply_IdempotencyKeys_GoAfterADay()
    {
        foreach (var (scope, hours) in new[] { (1, 25), (2, 23) })
        {
            await rows.ExecuteAsync(
                "INSERT INTO idempotency (scope, body_hash, epoch, state, created_at) VALUES (@scope, x'00', 1, 2, @At)",
                new { scope = new[] { (byte)scope }, At = db.Clock.GetInstant().AddHours(-hours) });
        }

        await worker.ApplyAsync(Token);

        (await rows.CountAsync("idempotency")).ShouldBe(1);
    }

    [Fact]
    public async Task Sweep_SmallBatches_ComesToTheEndWithoutSkipping()
    {
        var organization = await rows.AddOrganizationAsync();
        foreach (var days in (int[])[50, 49, 48, 47, 46, 29, 28])
            await rows.AddEventAsync(organization, days);
        await rows.ExecuteAsync("DELETE FROM events WHERE seq = 2");

        var batches = new List<RetentionBatch> { new(0, 0, true) };
        while (batches[^1].HasMore)
            batches.Add(await Store.ErasePayloadsAsync(batches[^1].Last, db.Clock.GetInstant().AddDays(-30), 2, Token));

        batches.Skip(1).Select(b => b.Rows).ShouldBe([2, 2, 0]);
        batches[^1].Last.ShouldBe(5);
        (await rows.CountAsync(Erased)).ShouldBe(4);
    }

    [Fact]
    public async Task Sweep_ClockWasSetBack_ErasesNothingEarly()
    {
        var organization = await rows.AddOrganizationAsync();
        foreach (var days in (int[])[50, 20, 45, 40, 10])
            await rows.AddEventAsync(organization, days);

        await worker.ApplyAsync(Token);

        (await rows.CountAsync(Erased + " AND created_at >= " + db.Clock.GetInstant().AddDays(-30).ToUnixTimeMilliseconds())).ShouldBe(0);
    }

    public ValueTask DisposeAsync() => db.DisposeAsync();
}
