using Gatepost.Testing;

namespace Gatepost.Server.Tests.Nodes;

/// <summary>A PostgreSQL server of its own that gets into trouble under a running node: nothing is acknowledged that is not committed, and all goes on by itself.</summary>
public sealed class DegradedDatabaseTests : IAsyncLifetime
{
    private PostgresCluster cluster = null!;
    private GatepostHost node = null!;
    private Receiver receiver = null!;
    private ApiUser user = null!;

    public async ValueTask InitializeAsync()
    {
        cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Durable = true, MaxConnections = 60 });
        await cluster.CreateDatabaseAsync("gatepost");
        receiver = await Receiver.StartAsync();
        node = await GatepostHost.StartNodeAsync(cluster.ConnectionString("gatepost"));
        user = await node.NewOrganizationAsync();
        await user.NewTicketWebhookAsync(receiver.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await receiver.DisposeAsync();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Crash_OfTheServer_Answers503UntilItIsBackAndLosesNothing()
    {
        var before = await user.NewTicketAsync("Before");

        await cluster.StopAsync(PostgresStop.Immediate);

        await ShouldBeAwayAsync();
        await cluster.StartAgainAsync();
        await ShouldBeBackAsync();
        (await user.GetAsync($"/v1/tickets/{before}")).Status.ShouldBe(200);
        await receiver.WaitForAsync(2);
    }

    [Fact]
    public async Task ReadOnly_IsAway_AndReadsGoOn()
    {
        var ticket = await user.NewTicketAsync("Before");

        await cluster.ExecuteAsync("ALTER SYSTEM SET default_transaction_read_only = on");
        await cluster.ExecuteAsync("SELECT pg_reload_conf()");
        // Each of its processes hears of it in its own time.
        await Eventually.GetAsync(TryTicketAsync, made => made.Status != 201);

        await ShouldBeAwayAsync();
        (await user.GetAsync($"/v1/tickets/{ticket}")).Status.ShouldBe(200);
        await cluster.ExecuteAsync("ALTER SYSTEM RESET default_transaction_read_only");
        await cluster.ExecuteAsync("SELECT pg_reload_conf()");
        await ShouldBeBackAsync();
    }

    [Fact]
    public async Task TableLocked_ForLong_RefusesWithinTheWaitAndGoesOn()
    {
        var lockTable = cluster.ExecuteAsync("BEGIN; LOCK TABLE tickets; SELECT pg_sleep(8); COMMIT", "gatepost");
        await Eventually.GetAsync(
            async () => (long)(await cluster.QueryAsync("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'tickets'::regclass", "gatepost"))!, locks => locks > 0);

        var began = TimeProvider.System.GetTimestamp();
        var refused = await TryTicketAsync();

        (refused.Status, refused.Code, refused.RetryAfter).ShouldBe((503, "storage_unavailable", "5"));
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(8));
        (await node.Instance.GetAsync("/health/live")).Status.ShouldBe(200);
        await lockTable;
        await ShouldBeBackAsync();
    }

    [Fact]
    public async Task ConnectionsCut_AllAtOnce_TheNextRequestsFindNewOnes()
    {
        await user.NewTicketAsync();

        await cluster.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'gatepost'");

        await ShouldBeBackAsync();
        await receiver.WaitForAsync(2);
    }

    [Fact]
    public async Task TransactionOpenForLong_HoldsNothingUp()
    {
        var open = cluster.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM deliveries; SELECT pg_sleep(3); COMMIT", "gatepost");

        for (var i = 0; i < 20; i++)
            (await TryTicketAsync()).Status.ShouldBe(201);

        await receiver.WaitForAsync(20);
        open.IsCompleted.ShouldBeFalse();
        await open;
    }

    private async Task ShouldBeAwayAsync()
    {
        var refused = await TryTicketAsync();
        (refused.Status, refused.Code, refused.RetryAfter).ShouldBe((503, "storage_unavailable", "5"));
        (await node.Instance.GetAsync("/health/ready")).Status.ShouldBe(503);
        (await node.Instance.GetAsync("/health/live")).Status.ShouldBe(200);
    }

    private async Task ShouldBeBackAsync()
    {
        await Eventually.GetAsync(() => node.Instance.GetAsync("/health/ready"), ready => ready.Status == 200);
        await Eventually.GetAsync(TryTicketAsync, made => made.Status == 201);
    }

    private Task<ApiAnswer> TryTicketAsync() => user.PostAsync("/v1/tickets", new { subject = "Is anybody there?", requester = new { email = "ada@example.com" } });
}
