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

    private const string SomebodyWaits =
        "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database())";

    private IDeliveryQueue Queue => db.Services.GetRequiredService<IDeliveryQueue>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => db.DisposeAsync();

    [Fact]
    public async Task ClaimDue_ALaneOfAnotherNode_IsAnsweredWithNothing()
    {
        var (mine, foreign) = (await new LogRows(db).AddDueAsync(), await new LogRows(db).AddDueAsync());
        db.Services.GetRequiredService<ShardMap>().Set([ShardMap.Of(mine)]);

        var claims = await Queue.ClaimDueAsync([(mine, 5), (foreign, 5)], db.Clock.GetUtcNow(), Token);

        claims.Select(c => (c.WebhookSeq, c.Deliveries.Count)).ShouldBe([(mine, 1), (foreign, 0)], ignoreOrder: true);
    }

    [Fact]
    public async Task ReadWaiting_ALaneOfAnotherNode_IsLeftOut()
    {
        var (mine, _) = (await new LogRows(db).AddDueAsync(), await new LogRows(db).AddDueAsync());
        db.Services.GetRequiredService<ShardMap>().Set([ShardMap.Of(mine)]);

        (await Queue.ReadWaitingAsync(Token)).Select(w => w.WebhookSeq).ShouldBe([mine]);
    }

    [Fact]
    public async Task ClaimSuspect_OneOfOursIsDue_IsClaimedWithItsBody()
    {
        var mine = await new LogRows(db).AddDueAsync();
        await new LogRows(db).ExecuteAsync("UPDATE deliveries SET crash_count = 1");

        var suspect = await Queue.ClaimSuspectAsync(db.Clock.GetUtcNow(), Token);

        (suspect!.WebhookSeq, suspect.CrashCount, suspect.Body!.Bytes.Length).ShouldBe((mine, 1, 2));
        (await Queue.ClaimSuspectAsync(db.Clock.GetUtcNow(), Token)).ShouldBeNull();
    }

    [Fact]
    public async Task StartAgain_WhatWasInFlightIsClaimedByAnotherNode_IsNotSuspected()
    {
        await new LogRows(db).AddDueAsync();
        var epochs = db.Services.GetRequiredService<PostgresEpochStore>();
        var (other, rows) = (await epochs.StartAsync("other", [], Token), new LogRows(db));
        await rows.ExecuteAsync($"UPDATE deliveries SET status = 1, epoch = {other}");
        var inFlight = await db.Database.ReadAsync(c => c.QuerySingle<long>("SELECT seq FROM deliveries"), Token);

        await epochs.StartAsync("back again", [inFlight], Token);

        // A suspect would be in no lane there, and would not be given back with its shard either.
        (await rows.CountAsync("deliveries WHERE crash_count = 0 AND status = 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Release_SomebodyCancelsADelivery_WaitsForItAndEndsIt()
    {
        var webhook = await new LogRows(db).AddDueAsync();
        var epochs = db.Services.GetRequiredService<PostgresEpochStore>();
        var epoch = await epochs.StartAsync("leaving", [], Token);
        await new LogRows(db).ExecuteAsync($"UPDATE deliveries SET status = 1, epoch = {epoch}");
        await using var canceling = await db.Services.GetRequiredService<PostgresConnections>().Source.OpenConnectionAsync(Token);
        await using var transaction = await canceling.BeginTransactionAsync(Token);
        await canceling.ExecuteAsync("UPDATE deliveries SET cancel_requested = 1");

        var releasing = epochs.ReleaseAsync(epoch, [ShardMap.Of(webhook)], Token);
        await Eventually.GetAsync(() => canceling.ExecuteScalarAsync<bool>(SomebodyWaits), waits => waits);
        await transaction.CommitAsync(Token);

        await releasing;
        (await new LogRows(db).CountAsync("deliveries WHERE status = 5 AND epoch IS NULL")).ShouldBe(1);
    }

    [Fact]
    public async Task Read_TheConnectionIsLostBeforeItIsUsed_IsAnOutage()
    {
        await Should.ThrowAsync<StorageUnavailableException>(() => db.Database.ReadAsync(
            c =>
            {
                c.Close();
                using var command = c.CreateCommand();
                command.CommandText = "SELECT 1";
                return command.ExecuteScalar();
            },
            Token));
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
}
