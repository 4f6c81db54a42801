using Gatepost.Deliveries;
using Gatepost.Storage;
using Gatepost.Storage.Postgres;
using Gatepost.Testing;
using Gatepost.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatepost.Tests.Storage;

public sealed class PostgresGivenDeliveriesTests : IAsyncDisposable
{
    private const long Epoch = 7;

    private readonly TestDatabase db = TestDatabase.Create(TestStorage.Postgres, services => services.AddSingleton(new DisablePolicy(10, TimeSpan.Zero)));

    private PostgresGivenDeliveries Given => db.Services.GetRequiredService<PostgresGivenDeliveries>();

    private IDeliveryQueue Queue => db.Services.GetRequiredService<IDeliveryQueue>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => db.DisposeAsync();

    [Fact]
    public async Task Take_WhatAnotherNodeClaimedForUs_IsHandedOverOnceWithItsBody()
    {
        var webhook = await AddGivenAsync();

        await Given.TakeAsync(Token);
        await Given.TakeAsync(Token);

        var taken = db.Handover.HandedOver.ShouldHaveSingleItem();
        (taken.WebhookSeq, taken.Epoch, taken.Body!.Bytes.Length).ShouldBe((webhook, Epoch, 2));
    }

    [Fact]
    public async Task Take_TheLaneIsFull_WaitsInTheDatabaseAndTheGiverIsTold()
    {
        var webhook = await AddGivenAsync();
        var told = new List<long>();
        db.Services.GetRequiredService<ShardMap>().LaneFull += told.Add;
        db.Handover.Full[webhook] = true;

        await Given.TakeAsync(Token);

        (await Queue.ReadWaitingAsync(Token)).Select(w => w.WebhookSeq).ShouldBe([webhook]);
        (told.ShouldHaveSingleItem(), db.Handover.ToldToWait.ShouldHaveSingleItem(), db.Handover.HandedOver.Count).ShouldBe((webhook, webhook, 0));
    }

    [Fact]
    public async Task Take_ClaimedForAnotherEpoch_IsLeftAlone()
    {
        await AddGivenAsync();
        db.Services.GetRequiredService<Gatepost.Storage.Epoch>().Start(Epoch + 1);

        await Given.TakeAsync(Token);

        db.Handover.HandedOver.ShouldBeEmpty();
    }

    [Fact]
    public async Task Take_GivenBackWithItsShardMeanwhile_IsLeftToWhoeverHasItNow()
    {
        await AddGivenAsync();
        await new LogRows(db).ExecuteAsync("UPDATE deliveries SET status = 0, epoch = NULL");

        await Given.TakeAsync(Token);

        db.Handover.HandedOver.ShouldBeEmpty();
    }

    [Fact]
    public async Task Listen_CanceledWhileNobodyListened_IsHeard()
    {
        await AddGivenAsync();
        await new LogRows(db).ExecuteAsync("UPDATE deliveries SET cancel_requested = 1");
        // The node alone is missing: no shards move here.
        using var worker = new PostgresHintWorker(
            db.Services.GetRequiredService<PostgresConnections>(), db.Database, db.Services.GetRequiredService<ShardMap>(), db.Handover, node: null!,
            db.Services.GetRequiredService<Gatepost.Storage.Epoch>(), db.Clock, NullLogger<PostgresHintWorker>.Instance);

        await worker.StartAsync(Token);

        await Eventually.GetAsync(() => Task.FromResult(db.Handover.Canceled.Count), count => count == 1);
        await worker.StopAsync(Token);
    }

    [Fact]
    public async Task Take_ClaimedOutOfTheQueueMeanwhile_IsInALaneAlready()
    {
        // Refused for want of room and claimed again, when what came after it failed: the handover is read once more.
        await AddGivenAsync();
        await new LogRows(db).ExecuteAsync("UPDATE deliveries SET handed_over = 0");

        await Given.TakeAsync(Token);

        db.Handover.HandedOver.ShouldBeEmpty();
        (await new LogRows(db).CountAsync("deliveries WHERE status = 1 AND epoch = 7")).ShouldBe(1);
    }

    [Fact]
    public async Task Take_CanceledBeforeTheLaneCouldHearIt_EndsItUnsent()
    {
        await AddGivenAsync();
        db.Handover.Reserving = () => new LogRows(db).ExecuteAsync("UPDATE deliveries SET cancel_requested = 1").GetAwaiter().GetResult();

        await Given.TakeAsync(Token);

        (db.Handover.HandedOver.Count, db.Handover.Released.Count).ShouldBe((0, 1));
        (await new LogRows(db).CountAsync("deliveries WHERE status = 5 AND completed_at IS NOT NULL AND epoch IS NULL")).ShouldBe(1);
    }

    [Fact]
    public async Task Take_OneSecondAfterTheFirst_WritesDownWhatWasTaken()
    {
        await AddGivenAsync();
        await Given.TakeAsync(Token);
        (await new LogRows(db).CountAsync("handovers WHERE given IS NULL")).ShouldBe(0);
        db.Clock.Advance(TimeSpan.FromSeconds(1));

        await Given.TakeAsync(Token);

        (await new LogRows(db).CountAsync("handovers WHERE given IS NULL")).ShouldBe(1);
        db.Handover.HandedOver.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Take_MoreHandoversThanAtOnce_SaysSoUntilNoneIsLeft()
    {
        await AddGivenAsync();
        await new LogRows(db).ExecuteAsync("INSERT INTO handovers (epoch, first_seq, last_seq, given) SELECT @Epoch, 0, 0, '{}' FROM generate_series(1, 32)", new { Epoch });

        (await Given.TakeAsync(Token), await Given.TakeAsync(Token)).ShouldBe((true, false));
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

        await rows.ExecuteAsync("UPDATE handovers SET given = NULL");
        await epochs.ForgetHandoversAsync(Epoch, Token);
        (await rows.CountAsync("handovers")).ShouldBe(1);
        await rows.ExecuteAsync("UPDATE deliveries SET status = 2, epoch = NULL");
        await epochs.ForgetHandoversAsync(Epoch, Token);

        (await rows.CountAsync("handovers")).ShouldBe(0);
    }

    // As another node would have written it: a delivery that carries our number, and which one that is.
    private async Task<long> AddGivenAsync()
    {
        db.Services.GetRequiredService<Gatepost.Storage.Epoch>().Start(Epoch);
        var webhook = await new LogRows(db).AddDueAsync();
        var rows = new LogRows(db);
        await rows.ExecuteAsync("UPDATE deliveries SET status = 1, epoch = @Epoch, handed_over = 1", new { Epoch });
        await rows.ExecuteAsync("INSERT INTO handovers (epoch, first_seq, last_seq, given) SELECT epoch, min(seq), max(seq), array_agg(seq) FROM deliveries GROUP BY epoch");
        return webhook;
    }
}
