using System.Text;
using Dapper;
using Gatepost.Deliveries;
using Gatepost.Events;
using Gatepost.Organizations;
using Gatepost.Storage;
using Gatepost.Testing;
using Gatepost.Tickets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatepost.Tests.Storage;

public abstract class TicketStoreTests(TestStorage storage) : SlaStoreConformance, IAsyncDisposable
{
    private readonly TestDatabase db = TestDatabase.Create(storage);

    private protected override ITicketStore Store => db.Services.GetRequiredService<ITicketStore>();

    private protected override ISlaStore Sla => db.Services.GetRequiredService<ISlaStore>();

    private SlaWorker Worker => new(Sla, new ShardMap(db.Clock), db.Clock, NullLogger<SlaWorker>.Instance);

    [Fact]
    public async Task Worker_ClocksAreDue_TicksAllAndWaitsForTheNext()
    {
        var (organization, _) = await AddTicketAsync();
        for (var i = 0; i < 120; i++)
            await CreateAsync(organization);
        db.Clock.SetUtcNow(Now.AddMinutes(10).AddMilliseconds(-300));

        var wait = await Worker.RunOnceAsync(Token);

        wait.ShouldBe(TimeSpan.FromMilliseconds(300));
        (await SignalsAsync(organization)).Count.ShouldBe(242);
    }

    [Fact]
    public async Task Worker_NothingIsDueSoon_LooksAgainAfterASecond()
    {
        (await Worker.RunOnceAsync(Token)).ShouldBe(TimeSpan.FromSeconds(1));
        await AddTicketAsync();
        (await Worker.RunOnceAsync(Token)).ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task PutPolicy_MoreTicketsThanOneTransactionTakes_ReachesAll()
    {
        var organization = await AddOrganizationAsync();
        await Task.WhenAll(Enumerable.Range(0, 1_001).Select(_ => CreateAsync(organization)));

        await Sla.PutPolicyAsync(organization, new SlaPolicy { Resolution = new SlaLimits { Normal = 1 } }, Now, Token);

        (await Sla.TickAsync(Now, 5_000, Token)).ShouldBe(2_002);
        (await Sla.TickAsync(Now.AddMinutes(1), 5_000, Token)).ShouldBe(1_001);
    }

    public ValueTask DisposeAsync() => db.DisposeAsync();

    private protected override Task<OrganizationRef> AddOrganizationAsync() => DisabledWebhookRows.AddOrganizationAsync(db);

    private protected override Task DeleteOrganizationAsync(OrganizationRef organization) =>
        db.Services.GetRequiredService<IOrganizationStore>().DeleteAsync(organization.Id, Token);

    private protected override Task<IReadOnlyList<(EventType Type, string Payload)>> EventsAsync(OrganizationRef organization) =>
        db.Database.ReadAsync<IReadOnlyList<(EventType, string)>>(
            c => [.. c.Query<(int Type, byte[] Payload)>(
                "SELECT type, payload FROM events WHERE organization_seq = @Seq ORDER BY seq", new { organization.Seq })
                .Select(e => ((EventType)e.Type, e.Payload is null ? null! : Encoding.UTF8.GetString(e.Payload)))],
            Token);
}
