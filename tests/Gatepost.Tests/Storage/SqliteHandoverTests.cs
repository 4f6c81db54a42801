using Gatepost.Events;
using Gatepost.Organizations;
using Gatepost.Storage;
using Gatepost.Storage.Sql;
using Gatepost.Storage.Sqlite;
using Gatepost.Testing;
using Gatepost.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Tests.Storage;

/// <summary>Deliveries that are claimed as they are made are in no index: the handover is what finds them again.</summary>
public sealed class SqliteHandoverTests : IAsyncDisposable
{
    private readonly TestDatabase db = TestDatabase.Create(TestStorage.Sqlite, services => services.AddSingleton(new DisablePolicy(10, TimeSpan.Zero)));

    private LogRows Rows => new(db);

    private SqliteEpochStore Epochs => db.Services.GetRequiredService<SqliteEpochStore>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => db.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(20)] // more than go into one statement
    public async Task Append_SeveralEvents_TheirDeliveriesAreHandedOverWithTheirOwnNumbers(int webhooks)
    {
        await PublishAsync(webhooks, events: 3);

        db.Handover.HandedOver.Select(d => d.Seq).ShouldBe(Enumerable.Range(1, webhooks * 3).Select(i => (long)i));
        foreach (var delivery in db.Handover.HandedOver)
            (await Rows.CountAsync($"deliveries WHERE seq = {delivery.Seq} AND webhook_seq = {delivery.WebhookSeq} AND event_seq = {delivery.EventSeq}")).ShouldBe(1);
        (await Rows.CountAsync($"handovers WHERE first_seq = 1 AND last_seq = {webhooks * 3}")).ShouldBe(1);
        (await Rows.CountAsync("claimed_deliveries")).ShouldBe(webhooks * 3);
    }

    [Fact]
    public async Task Append_SomeLanesAreFull_OnlyTheOthersAreHandedOver()
    {
        db.Handover.Full[2] = true;

        await PublishAsync(webhooks: 3, events: 1);

        db.Handover.HandedOver.Select(d => d.WebhookSeq).ShouldBe([1L, 3L]);
        db.Handover.ToldToWait.ShouldBe([2L]);
        (await Rows.CountAsync("claimed_deliveries")).ShouldBe(2);
    }

    [Fact]
    public async Task Start_AfterACrash_TheyWaitAgainAndNoHandoverIsLeft()
    {
        await PublishAsync(webhooks: 2, events: 3);

        await Epochs.StartAsync("node", [], Token);

        (await Rows.CountAsync("deliveries WHERE status = 0 AND epoch IS NULL")).ShouldBe(6);
        (await Rows.CountAsync("handovers")).ShouldBe(0);
    }

    [Fact]
    public async Task ForgetHandovers_OneIsUnderWay_IsKeptUntilItHasEnded()
    {
        await PublishAsync(webhooks: 2, events: 1);
        await Rows.ExecuteAsync("UPDATE deliveries SET status = 2, epoch = NULL WHERE seq = 1");

        await Epochs.ForgetHandoversAsync(Token);
        (await Rows.CountAsync("handovers")).ShouldBe(1);
        await Rows.ExecuteAsync("UPDATE deliveries SET status = 2, epoch = NULL WHERE seq = 2");
        await Epochs.ForgetHandoversAsync(Token);

        (await Rows.CountAsync("handovers")).ShouldBe(0);
    }

    [Fact]
    public async Task Claim_AfterItFailedOnce_IsInTheIndexLikeAnyOther()
    {
        await PublishAsync(webhooks: 1, events: 1);
        await Rows.ExecuteAsync("UPDATE deliveries SET status = 0, epoch = NULL, next_attempt_at = 0");

        await db.Services.GetRequiredService<IDeliveryQueue>().ClaimDueAsync([(1, 10)], db.Clock.GetUtcNow(), Token);
        await Epochs.ForgetHandoversAsync(Token);

        (await Rows.CountAsync("claimed_deliveries")).ShouldBe(1);
        (await Rows.CountAsync("handovers")).ShouldBe(0);
    }

    // In one transaction, as a group of publishers would.
    private async Task PublishAsync(int webhooks, int events)
    {
        db.Services.GetRequiredService<Epoch>().Start(7);
        var organization = await Rows.AddOrganizationAsync();
        for (var i = 0; i < webhooks; i++)
            await Rows.AddWebhookAsync(organization);
        var writer = db.Services.GetRequiredService<IEventWriter>();
        await db.Database.WriteAsync(
            session =>
            {
                for (var i = 0; i < events; i++)
                    writer.Append(session, New(organization));
            },
            Token);
    }

    private WebhookEvent New(OrganizationRef organization) => new()
    {
        Organization = organization,
        Type = (EventType)1,
        Id = Guid.CreateVersion7(),
        Timestamp = db.Clock.GetUtcNow(),
        Payload = "{}"u8.ToArray(),
    };
}
