using Dapper;
using Gatepost.Deliveries;
using Gatepost.Storage;
using Gatepost.Storage.Postgres;
using Gatepost.Testing;
using Npgsql;

namespace Gatepost.Server.Tests.Nodes;

/// <summary>Several nodes over one PostgreSQL database, in real time. Leases are made to run out by writing to their rows.</summary>
public sealed class NodesTests : IAsyncLifetime
{
    private readonly List<GatepostHost> nodes = [];
    private PostgresTestDatabase database = null!;
    private Receiver receiver = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreatePostgresAsync();
        receiver = await Receiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
        await receiver.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Join_ASecondNode_TakesHalfOfTheShards()
    {
        var first = await StartAsync();
        await EventuallyAsync(() => Shards(first) == 64);

        var second = await StartAsync();

        await EventuallyAsync(() => (Shards(first), Shards(second)) == (32, 32));
        first.Get<ShardMap>().Mine.Intersect(second.Get<ShardMap>().Mine).ShouldBeEmpty();
    }

    [Fact]
    public async Task Publish_OnAnyNode_ReachesEveryWebhookOnceWhereverItsLaneLives()
    {
        var (first, second) = await StartTwoAsync();
        var user = await first.NewOrganizationAsync();
        for (var i = 0; i < 16; i++)
            await user.NewTicketWebhookAsync(receiver.Url, new { name = $"Webhook {i}" });

        await EventuallyAsync(() => nodes.All(n => Enumerable.Range(0, ShardMap.Count).All(shard => n.Get<ShardMap>().TakerOf(shard) > 0)));

        await user.On(first).NewTicketAsync();
        await user.On(second).NewTicketAsync();

        var requests = await receiver.WaitForAsync(32);
        requests.Select(r => r.DeliveryId).Distinct().Count().ShouldBe(32);
        await EventuallyAsync(async () => (await user.AllAsync("/v1/deliveries")).All(d => (string)d["status"]! == "succeeded"));
        receiver.Requests.Count.ShouldBe(32);
        await using var connection = await ConnectAsync();
        // Whoever accepted it claimed it for the one whose lane it went to: none waited in the database.
        (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM deliveries WHERE handed_over = 1")).ShouldBe(32);
    }

    [Fact]
    public async Task Stop_OneNode_HandsItsShardsOverAtOnce()
    {
        var (first, second) = await StartTwoAsync();

        await StopAsync(first);

        await EventuallyAsync(() => Shards(second) == 64, within: TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task LeaseRunsOut_OfANodeThatStands_OthersSendWhatItHadClaimed()
    {
        var (first, second) = await StartTwoAsync();
        var user = await first.NewOrganizationAsync();
        var webhooks = new List<Guid>();
        for (var i = 0; i < 8; i++)
            webhooks.Add(await user.NewTicketWebhookAsync(receiver.Url, new { name = $"Webhook {i}" }));
        await user.NewTicketAsync();
        await receiver.WaitForAsync(8);

        // As after kill -9: claims of an epoch that nobody renews.
        await using var connection = await ConnectAsync();
        var dead = await connection.ExecuteScalarAsync<long>(
            $"INSERT INTO epochs (node, started_at, expires_at) VALUES ('dead', 0, {PostgresEpochStore.Now} + 500) RETURNING seq");
        await connection.ExecuteAsync("UPDATE deliveries SET status = 1, epoch = @dead, handed_over = 0, completed_at = NULL, next_attempt_at = created_at", new { dead });

        (await receiver.WaitForAsync(16)).Select(r => r.DeliveryId).Distinct().Count().ShouldBe(8);
        await EventuallyAsync(async () => (await user.AllAsync("/v1/deliveries")).All(d => (string)d["status"]! == "succeeded"));
        (Shards(first) + Shards(second)).ShouldBe(64);
    }

    [Fact]
    public async Task LeaseLost_OfANodeThatGoesOn_ItBeginsANewEpochAndSendsAgain()
    {
        var node = await StartAsync();
        await EventuallyAsync(() => Shards(node) == 64);
        var before = node.Get<Epoch>().Number;
        await using var connection = await ConnectAsync();

        await connection.ExecuteAsync("UPDATE epochs SET ended_at = 1");

        await EventuallyAsync(() => node.Get<Epoch>().Number > before && Shards(node) == 64);
        var user = await node.NewOrganizationAsync();
        await user.NewTicketWebhookAsync(receiver.Url);
        await user.NewTicketAsync();
        await receiver.WaitForAsync(1);
    }

    [Fact]
    public async Task Pause_OnOneNode_StopsTheOther()
    {
        var (first, second) = await StartTwoAsync();
        var user = await first.NewOrganizationAsync();
        var webhooks = new List<Guid>();
        for (var i = 0; i < 4; i++)
            webhooks.Add(await user.NewTicketWebhookAsync(receiver.Url, new { name = $"Webhook {i}" }));
        await user.NewTicketAsync();
        await receiver.WaitForAsync(4);

        foreach (var webhook in webhooks)
            await user.On(second).PatchAsync($"/v1/ticket-webhooks/{webhook}", new { active = false });
        await user.NewTicketAsync();

        await EventuallyAsync(async () => (await user.AllAsync("/v1/deliveries?status=skipped")).Count == 4);
        receiver.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task IdempotencyKey_OnTwoNodesAtOnce_ActsOnce()
    {
        var (first, second) = await StartTwoAsync();
        var user = await first.NewOrganizationAsync();
        var ticket = new { subject = "Twice", requester = new { email = "ada@example.com" } };

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => user.On(i % 2 == 0 ? first : second).PostAsync("/v1/tickets", ticket, "the-key")));

        answers.Where(a => a.Status == 201).Select(a => a.Id).Distinct().ShouldHaveSingleItem();
        answers.ShouldAllBe(a => a.Status == 201 || a.Status == 409);
        (await user.AllAsync("/v1/tickets")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Start_TwoNodesOnAnEmptyDatabase_MigrateOnce()
    {
        await using var empty = await PostgresTestDatabases.CreateAsync();

        var started = await Task.WhenAll(GatepostHost.StartNodeAsync(empty.ConnectionString), GatepostHost.StartNodeAsync(empty.ConnectionString));

        nodes.AddRange(started);
        await using var connection = new NpgsqlConnection(empty.ConnectionString);
        var scripts = typeof(PostgresMigrator).Assembly.GetManifestResourceNames().Where(n => n.Contains(".Postgres.Migrations.", StringComparison.Ordinal));
        (await connection.QueryAsync<string>("SELECT scriptname FROM schemaversions")).ShouldBe(scripts, ignoreOrder: true);
        foreach (var node in started)
            await StopAsync(node);
    }

    [Fact]
    public async Task Start_TheOptionsNameASchema_MakesItsTablesThere()
    {
        await using var empty = await PostgresTestDatabases.CreateAsync();
        await using var connection = new NpgsqlConnection(empty.ConnectionString);
        await connection.ExecuteAsync("CREATE SCHEMA ours");

        await using var node = await GatepostHost.StartNodeAsync(empty.ConnectionString + ";Options=-c search_path=ours");

        await node.NewOrganizationAsync();
        (await connection.QueryAsync<string>("SELECT DISTINCT schemaname::text FROM pg_tables WHERE schemaname <> 'information_schema' AND schemaname !~ '^pg_'")).ShouldBe(["ours"]);
    }

    [Fact]
    public async Task Start_DatabaseOfANewerBinary_IsRefusedByName()
    {
        await using (var connection = await ConnectAsync())
            await connection.ExecuteAsync("INSERT INTO schema_requirements VALUES ('9999_later.sql', '99.0.0')");

        var refused = await Should.ThrowAsync<StorageUnavailableException>(() => GatepostHost.StartNodeAsync(database.ConnectionString));

        refused.Message.ShouldContain("needs Gatepost 99.0.0 or newer");
    }

    [Fact]
    public async Task Start_ANodeWithAnotherMasterKey_IsRefusedAndTakesNothing()
    {
        var first = await StartAsync();

        var refused = await Should.ThrowAsync<StorageUnavailableException>(() => StartWithKeysAsync(7));

        refused.Message.ShouldContain("Gatepost__MasterKeys__0");
        await EventuallyAsync(() => Shards(first) == 64);
    }

    [Fact]
    public async Task Start_ANewKeyWithTheOldOneBehindIt_IsTheOneThatCountsFromThenOn()
    {
        await StopAsync(await StartAsync());
        await StopAsync(await StartWithKeysAsync(7, 0));

        await StopAsync(await StartWithKeysAsync(7));
        await Should.ThrowAsync<StorageUnavailableException>(() => StartWithKeysAsync(0));
    }

    [Fact]
    public async Task Start_SecretsOfAKeyThatNobodyNamedYet_AreNotLockedInByAnother()
    {
        var first = await StartAsync();
        await (await first.NewOrganizationAsync()).NewTicketWebhookAsync(receiver.Url);
        await StopAsync(first);
        await using (var connection = await ConnectAsync())
            await connection.ExecuteAsync("DELETE FROM master_key_check");

        await Should.ThrowAsync<StorageUnavailableException>(() => StartWithKeysAsync(7));

        await StartAsync();
    }

    private async Task<GatepostHost> StartWithKeysAsync(params byte[] keys)
    {
        var node = await GatepostHost.StartNodeAsync(
            database.ConnectionString, keys.Index().ToDictionary(k => $"Gatepost:MasterKeys:{k.Index}", string? (k) => Convert.ToBase64String([k.Item, .. new byte[31]])));
        nodes.Add(node);
        return node;
    }

    private async Task<GatepostHost> StartAsync()
    {
        var node = await GatepostHost.StartNodeAsync(database.ConnectionString);
        nodes.Add(node);
        return node;
    }

    private async Task<(GatepostHost First, GatepostHost Second)> StartTwoAsync()
    {
        var (first, second) = (await StartAsync(), await StartAsync());
        await EventuallyAsync(() => (Shards(first), Shards(second)) == (32, 32));
        return (first, second);
    }

    private async Task StopAsync(GatepostHost node)
    {
        nodes.Remove(node);
        await node.DisposeAsync();
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static int Shards(GatepostHost node) => node.Get<ShardMap>().Mine.Length;

    private static async Task EventuallyAsync(Func<bool> holds, TimeSpan? within = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        await Eventually.GetAsync(() => Task.FromResult(holds()), h => h);
        if (within is { } limit)
            TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(limit);
    }

    private static Task<bool> EventuallyAsync(Func<Task<bool>> holds) => Eventually.GetAsync(holds, h => h);
}
