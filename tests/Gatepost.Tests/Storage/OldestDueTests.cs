using Gatepost.Deliveries;
using Gatepost.Storage;
using Gatepost.Testing;
using Gatepost.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Tests.Storage;

/// <summary>The age that operators are alerted by.</summary>
public abstract class OldestDueTests(TestStorage storage) : IAsyncDisposable
{
    private readonly TestDatabase db = TestDatabase.Create(storage, services => services.AddSingleton(new DisablePolicy(10, TimeSpan.Zero)));

    [Fact]
    public async Task ReadOldestDue_ManualAttemptWaits_IsNotMadeOldByIt()
    {
        var rows = new LogRows(db);
        var organization = await rows.AddOrganizationAsync();
        var webhook = await rows.AddWebhookAsync(organization);
        var e = await rows.AddEventAsync(organization);
        var now = db.Clock.GetUtcNow();
        var (manual, late) = (await AddAsync(), await AddAsync());
        // A manual attempt comes before all others by a due time of 0.
        await rows.ExecuteAsync("UPDATE deliveries SET next_attempt_at = 0, trigger = 1 WHERE seq = @manual", new { manual });
        await rows.ExecuteAsync("UPDATE deliveries SET next_attempt_at = @due WHERE seq = @late", new { due = now.AddSeconds(-7), late });

        var oldest = await db.Services.GetRequiredService<IDeliveryQueue>().ReadOldestDueAsync(now, TestContext.Current.CancellationToken);

        oldest.ShouldBe(now.AddSeconds(-7));
        Task<long> AddAsync() => rows.AddDeliveryAsync(organization, webhook, e, DeliveryStatus.Pending, attempts: 0);
    }

    public ValueTask DisposeAsync() => db.DisposeAsync();
}
