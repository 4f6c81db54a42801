using Gatepost.Deliveries;
using Gatepost.Organizations;
using Gatepost.Storage;
using Gatepost.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Tests.Storage;

public sealed class SqlitePurgeTests : IAsyncDisposable
{
    private readonly SqliteTestDatabase db = SqliteTestDatabase.Create();
    private readonly LogRows rows;

    public SqlitePurgeTests() => rows = new LogRows(db);

    private IRetentionStore Store => db.Services.GetRequiredService<IRetentionStore>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Purge_NothingDeleted_RemovesNothing()
    {
        await rows.FillAsync(await rows.AddOrganizationAsync());

        (await Store.PurgeDeletedAsync(500, Token)).ShouldBe(0);
    }

    [Fact]
    public async Task Purge_DeletedWebhook_LeavesNoRowOfItsLog()
    {
        var organization = await rows.AddOrganizationAsync();
        var (gone, stays) = (await rows.AddWebhookAsync(organization), await rows.AddWebhookAsync(organization));
        var shared = await rows.AddEventAsync(organization);
        await rows.AddDeliveryAsync(organization, stays, shared);
        var before = await rows.CountAllAsync();
        await rows.AddDeliveryAsync(organization, gone, shared);
        await rows.AddDeliveryAsync(organization, gone, await rows.AddEventAsync(organization, type: 11));
        await rows.AddReplayAsync(organization, gone, 0, "running", 3);

        await rows.HideAsync("webhooks", gone);
        await PurgeAsync(500);

        var after = await rows.CountAllAsync();
        after["webhooks"].ShouldBe(1);
        after.Except(before).Select(t => t.Key).ShouldBe(["webhooks"]);
    }

    [Fact]
    public async Task Purge_DeletedTicket_RemovesItsEventsAndMessages()
    {
        var organization = await rows.AddOrganizationAsync();
        var webhook = await rows.AddWebhookAsync(organization);
        await AddTicketWithDeliveryAsync(organization, webhook);
        var before = await rows.CountAllAsync();
        var gone = await AddTicketWithDeliveryAsync(organization, webhook);

        await rows.HideAsync("tickets", gone);
        await PurgeAsync(500);

        (await rows.CountAllAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Purge_DeletedTicket_RemovesItsFilesAndThreads()
    {
        var organization = await rows.AddOrganizationAsync();
        var gone = await rows.AddTicketAsync(organization);
        await rows.AddMailAsync(organization, gone);

        await rows.HideAsync("tickets", gone);
        await PurgeAsync(1);

        var left = await rows.CountAllAsync();
        (left["tickets"], left["attachments"], left["mail_threads"], left["sender_threads"], left["inbound_mail"]).ShouldBe((0, 0, 0, 0, 1));
    }

    [Fact]
    public async Task Purge_DeletedTicketBehindALongLog_ErasesItsPayloadsFirst()
    {
        var organization = await rows.AddOrganizationAsync();
        var webhook = await rows.AddWebhookAsync(organization);
        for (var i = 0; i < 5; i++)
            await rows.AddDeliveryAsync(organization, webhook, await rows.AddEventAsync(organization));
        var ticket = await rows.AddTicketAsync(organization);
        for (var i = 0; i < 3; i++)
            await rows.AddDeliveryAsync(organization, webhook, await rows.AddEventAsync(organization, ticket: ticket));

        await rows.HideAsync("webhooks", webhook);
        await rows.HideAsync("tickets", ticket);
        await Store.PurgeDeletedAsync(3, Token);

        (await rows.CountAsync("events WHERE ticket_seq IS NOT NULL AND payload IS NOT NULL")).ShouldBe(0);
    }

    [Fact]
    public async Task Purge_DeletedSurvey_RemovesItsWebhooksResponsesAndEvents()
    {
        var organization = await rows.AddOrganizationAsync();
        await rows.FillAsync(organization);

        await rows.ExecuteAsync("UPDATE surveys SET deleted_at = 1");
        await PurgeAsync(500);

        var left = await rows.CountAllAsync();
        (left["surveys"], left["survey_responses"], left["webhooks"], left["tickets"]).ShouldBe((0, 0, 1, 1));
        (await rows.CountAsync("events WHERE survey_seq IS NOT NULL")).ShouldBe(0);
        (await rows.CountAsync("attempts WHERE delivery_seq NOT IN (SELECT seq FROM deliveries)")).ShouldBe(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(500)]
    public async Task Purge_DeletedOrganization_LeavesNothingInAnyTable(int limit)
    {
        await rows.FillAsync(await rows.AddOrganizationAsync());
        var before = await rows.CountAllAsync();
        var gone = await rows.AddOrganizationAsync();
        await rows.FillAsync(gone);
        var filled = await rows.CountAllAsync();
        before.Intersect(filled).Select(t => t.Key).ShouldBe(["epochs", "idempotency", "schema_requirements", "SchemaVersions"], ignoreOrder: true);

        await db.Services.GetRequiredService<IOrganizationStore>().DeleteAsync(gone.Id, Token);
        await PurgeAsync(limit);

        (await rows.CountAllAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Purge_NewestRows_TheirNumbersNeverComeBack()
    {
        var organization = await rows.AddOrganizationAsync();
        var webhook = await rows.AddWebhookAsync(organization);
        var delivery = await rows.AddDeliveryAsync(organization, webhook, await rows.AddEventAsync(organization, type: 11), DeliveryStatus.Sending);

        await rows.HideAsync("webhooks", webhook);
        await PurgeAsync(500);

        var next = await rows.AddWebhookAsync(organization);
        next.ShouldBeGreaterThan(webhook);
        (await rows.AddDeliveryAsync(organization, next, await rows.AddEventAsync(organization))).ShouldBeGreaterThan(delivery);
    }

    [Fact]
    public async Task Purge_LargePayloads_CountAsManyRows()
    {
        var organization = await rows.AddOrganizationAsync();
        var ticket = await rows.AddTicketAsync(organization);
        for (var i = 0; i < 8; i++)
            await rows.AddEventAsync(organization, ticket: ticket, bytes: 1024 * 1024);

        await rows.HideAsync("tickets", ticket);
        await Store.PurgeDeletedAsync(500, Token);

        (await rows.CountAsync("events WHERE payload IS NULL")).ShouldBe(4);
    }

    public ValueTask DisposeAsync() => db.DisposeAsync();

    private async Task<long> AddTicketWithDeliveryAsync(OrganizationRef organization, long webhook)
    {
        var ticket = await rows.AddTicketAsync(organization);
        await rows.AddDeliveryAsync(organization, webhook, await rows.AddEventAsync(organization, ticket: ticket));
        return ticket;
    }

    private async Task PurgeAsync(int limit)
    {
        while (await Store.PurgeDeletedAsync(limit, Token) >= limit)
        {
        }
    }
}
