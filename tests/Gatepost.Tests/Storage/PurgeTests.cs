using Gatepost.Deliveries;
using Gatepost.Organizations;
using Gatepost.Storage;
using Gatepost.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Tests.Storage;

public abstract class PurgeTests(TestStorage storage) : IAsyncDisposable
{
    private readonly TestDatabase db = TestDatabase.Create(storage);

    private IRetentionStore Store => db.Services.GetRequiredService<IRetentionStore>();

    private LogRows Rows => new(db);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Purge_NothingDeleted_RemovesNothing()
    {
        await Rows.FillAsync(await Rows.AddOrganizationAsync());

        (await Store.PurgeDeletedAsync(500, Token)).ShouldBe(0);
    }

    [Fact]
    public async Task Purge_DeletedWebhook_LeavesNoRowOfItsLog()
    {
        var organization = await Rows.AddOrganizationAsync();
        var (gone, stays) = (await Rows.AddWebhookAsync(organization), await Rows.AddWebhookAsync(organization));
        var shared = await Rows.AddEventAsync(organization);
        await Rows.AddDeliveryAsync(organization, stays, shared);
        var before = await Rows.CountAllAsync();
        await Rows.AddDeliveryAsync(organization, gone, shared);
        await Rows.AddDeliveryAsync(organization, gone, await Rows.AddEventAsync(organization, type: 11));
        await Rows.AddReplayAsync(organization, gone, 0, "running", 3);

        await Rows.HideAsync("webhooks", gone);
        await PurgeAsync(500);

        var after = await Rows.CountAllAsync();
        after["webhooks"].ShouldBe(1);
        after.Except(before).Select(t => t.Key).ShouldBe(["webhooks"]);
    }

    [Fact]
    public async Task Purge_DeletedTicket_RemovesItsEventsAndMessages()
    {
        var organization = await Rows.AddOrganizationAsync();
        var webhook = await Rows.AddWebhookAsync(organization);
        await AddTicketWithDeliveryAsync(organization, webhook);
        var before = await Rows.CountAllAsync();
        var gone = await AddTicketWithDeliveryAsync(organization, webhook);

        await Rows.HideAsync("tickets", gone);
        await PurgeAsync(500);

        (await Rows.CountAllAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Purge_DeletedTicket_RemovesItsFilesAndThreads()
    {
        var organization = await Rows.AddOrganizationAsync();
        var gone = await Rows.AddTicketAsync(organization);
        await Rows.AddMailAsync(organization, gone);

        await Rows.HideAsync("tickets", gone);
        await PurgeAsync(1);

        var left = await Rows.CountAllAsync();
        (left["tickets"], left["attachments"], left["mail_threads"], left["sender_threads"], left["inbound_mail"]).ShouldBe((0, 0, 0, 0, 1));
    }

    [Fact]
    public async Task Purge_DeletedTicketBehindALongLog_ErasesItsPayloadsFirst()
    {
        var organization = await Rows.AddOrganizationAsync();
        var webhook = await Rows.AddWebhookAsync(organization);
        for (var i = 0; i < 5; i++)
            await Rows.AddDeliveryAsync(organization, webhook, await Rows.AddEventAsync(organization));
        var ticket = await Rows.AddTicketAsync(organization);
        for (var i = 0; i < 3; i++)
            await Rows.AddDeliveryAsync(organization, webhook, await Rows.AddEventAsync(organization, ticket: ticket));

        await Rows.HideAsync("webhooks", webhook);
        await Rows.HideAsync("tickets", ticket);
        await Store.PurgeDeletedAsync(3, Token);

        (await Rows.CountAsync("events WHERE ticket_seq IS NOT NULL AND payload IS NOT NULL")).ShouldBe(0);
    }

    [Fact]
    public async Task Purge_DeletedSurvey_RemovesItsWebhooksResponsesAndEvents()
    {
        var organization = await Rows.AddOrganizationAsync();
        await Rows.FillAsync(organization);

        await Rows.ExecuteAsync("UPDATE surveys SET deleted_at = 1");
        await PurgeAsync(500);

        var left = await Rows.CountAllAsync();
        (left["surveys"], left["survey_responses"], left["webhooks"], left["tickets"]).ShouldBe((0, 0, 1, 1));
        (await Rows.CountAsync("events WHERE survey_seq IS NOT NULL")).ShouldBe(0);
        (await Rows.CountAsync("attempts WHERE delivery_seq NOT IN (SELECT seq FROM deliveries)")).ShouldBe(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(500)]
    public async Task Purge_DeletedOrganization_LeavesNothingInAnyTable(int limit)
    {
        await Rows.FillAsync(await Rows.AddOrganizationAsync());
        var before = await Rows.CountAllAsync();
        var gone = await Rows.AddOrganizationAsync();
        await Rows.FillAsync(gone);
        var filled = await Rows.CountAllAsync();
        before.Intersect(filled).Select(t => t.Key).ShouldBe(
            storage == TestStorage.Sqlite ? ["epochs", "handovers", "idempotency", "schema_requirements", "SchemaVersions"] : ["epochs", "shards", "handovers", "claimed_deliveries", "idempotency", "master_key_check", "schema_requirements", "schemaversions"],
            ignoreOrder: true);

        await db.Services.GetRequiredService<IOrganizationStore>().DeleteAsync(gone.Id, Token);
        await PurgeAsync(limit);

        (await Rows.CountAllAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Purge_NewestRows_TheirNumbersNeverComeBack()
    {
        var organization = await Rows.AddOrganizationAsync();
        var webhook = await Rows.AddWebhookAsync(organization);
        var delivery = await Rows.AddDeliveryAsync(organization, webhook, await Rows.AddEventAsync(organization, type: 11), DeliveryStatus.Sending);

        await Rows.HideAsync("webhooks", webhook);
        await PurgeAsync(500);

        var next = await Rows.AddWebhookAsync(organization);
        next.ShouldBeGreaterThan(webhook);
        (await Rows.AddDeliveryAsync(organization, next, await Rows.AddEventAsync(organization))).ShouldBeGreaterThan(delivery);
    }

    [Fact]
    public async Task Purge_LargePayloads_CountAsManyRows()
    {
        var organization = await Rows.AddOrganizationAsync();
        var ticket = await Rows.AddTicketAsync(organization);
        for (var i = 0; i < 8; i++)
            await Rows.AddEventAsync(organization, ticket: ticket, bytes: 1024 * 1024);

        await Rows.HideAsync("tickets", ticket);
        await Store.PurgeDeletedAsync(500, Token);

        (await Rows.CountAsync("events WHERE payload IS NULL")).ShouldBe(4);
    }

    public ValueTask DisposeAsync() => db.DisposeAsync();

    private async Task<long> AddTicketWithDeliveryAsync(OrganizationRef organization, long webhook)
    {
        var ticket = await Rows.AddTicketAsync(organization);
        await Rows.AddDeliveryAsync(organization, webhook, await Rows.AddEventAsync(organization, ticket: ticket));
        return ticket;
    }

    private async Task PurgeAsync(int limit)
    {
        while (await Store.PurgeDeletedAsync(limit, Token) >= limit)
        {
        }
    }
}
