using Dapper;
using Gatepost.Deliveries;
using Gatepost.Storage;
using Gatepost.Storage.Postgres;
using Gatepost.Testing;
using Gatepost.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Tests.Storage;

public sealed class PostgresDeliveryQueueTests : IAsyncDisposable
{
    private readonly TestDatabase db = TestDatabase.Create(TestStorage.Postgres, services => services.AddSingleton(new DisablePolicy(10, TimeSpan.Zero)));

    private const long Epoch = 7;

    private PostgresDeliveryQueue PostgresQueue => db.Services.GetRequiredService<PostgresDeliveryQueue>();

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

    [Fact]
    public async Task StartAgain_WhatWasInFlightIsClaimedByAnotherNode_IsNotSuspected()
    {
        await AddDueAsync();
        var epochs = db.Services.GetRequiredService<PostgresEpochStore>();
        var (other, rows) = (await epochs.StartAsync("other", [], Token), new LogRows(db));
        await rows.ExecuteAsync($"UPDATE deliveries SET status = 1, epoch = {other}");
        var inFlight = await db.Database.ReadAsync(c => c.QuerySingle<long>("SELECT seq FROM deliveries"), Token);

        await epochs.StartAsync("back again", [inFlight], Token);

        // A suspect would be in no lane there, and would not be given back with its shard either.
        (await rows.CountAsync("deliveries WHERE crash_count = 0 AND status = 1")).ShouldBe(1);
    }

    [Fact]
    public async Task TakeGiven_WhatAnotherNodeClaimedForUs_IsHandedOverOnceWithItsBody()
    {
        var webhook = await AddGivenAsync();

        (await PostgresQueue.TakeGivenAsync(Token)).ShouldBeTrue();
        (await PostgresQueue.TakeGivenAsync(Token)).ShouldBeFalse();

        var taken = db.Handover.HandedOver.ShouldHaveSingleItem();
        (taken.WebhookSeq, taken.Epoch, taken.Body!.Bytes.Length).ShouldBe((webhook, Epoch, 2));
    }

    [Fact]
    public async Task TakeGiven_TheLaneIsFull_WaitsInTheDatabaseAndTheGiverIsTold()
    {
        var webhook = await AddGivenAsync();
        var told = new List<long>();
        db.Services.GetRequiredService<ShardMap>().LaneFull += told.Add;
        db.Handover.Full[webhook] = true;

        (await PostgresQueue.TakeGivenAsync(Token)).ShouldBeTrue();

        (await Queue.ReadWaitingAsync(Token)).Select(w => w.WebhookSeq).ShouldBe([webhook]);
        (told.ShouldHaveSingleItem(), db.Handover.ToldToWait.ShouldHaveSingleItem(), db.Handover.HandedOver.Count).ShouldBe((webhook, webhook, 0));
    }

    [Fact]
    public async Task TakeGiven_TheLaneIsFullAndItWasCanceled_IsCanceled()
    {
        db.Handover.Full[await AddGivenAsync()] = true;
        await new LogRows(db).ExecuteAsync("UPDATE deliveries SET cancel_requested = 1");

        (await PostgresQueue.TakeGivenAsync(Token)).ShouldBeTrue();

        (await Queue.ReadWaitingAsync(Token)).ShouldBeEmpty();
        (await new LogRows(db).CountAsync("deliveries WHERE status = 5 AND completed_at IS NOT NULL AND epoch IS NULL")).ShouldBe(1);
    }

    [Fact]
    public async Task TakeGiven_ClaimedForAnotherEpoch_IsLeftAlone()
    {
        await AddGivenAsync();
        db.Services.GetRequiredService<Gatepost.Storage.Epoch>().Start(Epoch + 1);

        (await PostgresQueue.TakeGivenAsync(Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Rescue_GivenToANodeThatIsDead_WaitsAgainAndNothingIsLeftOfTheHandover()
    {
        var webhook = await AddGivenAsync();

        (await db.Services.GetRequiredService<PostgresEpochStore>().RescueAsync(Token)).ShouldBe(1);

        (await Queue.ReadWaitingAsync(Token)).Select(w => w.WebhookSeq).ShouldBe([webhook]);
        (await new LogRows(db).CountAsync("handovers")).ShouldBe(0);
    }

    [Fact]
    public async Task ForgetHandovers_OneIsUnderWay_IsKeptUntilItHasEnded()
    {
        await AddGivenAsync();
        var (rows, epochs) = (new LogRows(db), db.Services.GetRequiredService<PostgresEpochStore>());

        await epochs.ForgetHandoversAsync([Epoch], Token);
        (await rows.CountAsync("handovers")).ShouldBe(1);
        await rows.ExecuteAsync("UPDATE deliveries SET status = 2, epoch = NULL");
        await epochs.ForgetHandoversAsync([Epoch], Token);

        (await rows.CountAsync("handovers")).ShouldBe(0);
    }

    [Fact]
    public async Task Indexes_OfDeliveries_SeeNothingThatASuccessChanges()
    {
        // Else every success writes every index (migration 1).
        var seen = await db.Database.ReadAsync(
            c => c.Query<string>(
                """
                SELECT DISTINCT a.attname::text FROM pg_index i JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                  AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = d.refobjsubid
                WHERE i.indrelid = 'deliveries'::regclass AND a.attnum > 0
                """).AsList(),
            Token);

        seen.Order().ShouldBe(
            ["claimed_by", "crash_count", "event_seq", "organization_seq", "replay_seq", "replay_status", "seq", "troubled", "waiting_at", "webhook_seq"]);
    }

    // As another node would have written it: a delivery that carries our number, and which one that is.
    private async Task<long> AddGivenAsync()
    {
        db.Services.GetRequiredService<Gatepost.Storage.Epoch>().Start(Epoch);
        var webhook = await AddDueAsync();
        var rows = new LogRows(db);
        await rows.ExecuteAsync("UPDATE deliveries SET status = 1, epoch = @Epoch, handed_over = 1", new { Epoch });
        await rows.ExecuteAsync("INSERT INTO handovers (epoch, first_seq, last_seq, given) SELECT epoch, min(seq), max(seq), array_agg(seq) FROM deliveries GROUP BY epoch");
        return webhook;
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
