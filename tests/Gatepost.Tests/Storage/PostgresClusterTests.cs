using Gatepost.Testing;
using Npgsql;

namespace Gatepost.Tests.Storage;

public sealed class PostgresClusterTests
{
    private static readonly PostgresClusterOptions Durable = new() { Durable = true };

    [Fact]
    public async Task Start_NoOptions_AnswersWithoutWaitingForTheDisk()
    {
        await using var cluster = await PostgresCluster.StartAsync();

        (await cluster.QueryAsync("SHOW fsync")).ShouldBe("off");
        (await cluster.QueryAsync("SHOW server_encoding")).ShouldBe("UTF8");
        (await cluster.QueryAsync("SHOW data_directory")).ShouldBe(cluster.DataFolder);
    }

    [Fact]
    public async Task Start_Options_AreInForce()
    {
        await using var cluster = await PostgresCluster.StartAsync(Durable with
        {
            MaxConnections = 17,
            SharedPreloadLibraries = ["pg_stat_statements"],
            Settings = ["work_mem = '5MB'"],
        });

        (await cluster.QueryAsync("SHOW fsync")).ShouldBe("on");
        (await cluster.QueryAsync("SHOW max_connections")).ShouldBe("17");
        (await cluster.QueryAsync("SHOW work_mem")).ShouldBe("5MB");
        await cluster.ExecuteAsync("CREATE EXTENSION pg_stat_statements");
        (await cluster.QueryAsync("SELECT count(*) FROM pg_stat_statements")).ShouldBeOfType<long>();
    }

    [Fact]
    public async Task Start_SettingThatDoesNotExist_FailsWithTheLog()
    {
        var start = () => PostgresCluster.StartAsync(new() { Settings = ["no_such_setting = 1"] });

        var fault = await start.ShouldThrowAsync<InvalidOperationException>();
        fault.Message.ShouldContain("unrecognized configuration parameter \"no_such_setting\"");
    }

    [Fact]
    public async Task Restart_Immediate_KeepsWhatWasCommitted()
    {
        await using var cluster = await PostgresCluster.StartAsync(Durable);
        await AddRowAsync(cluster);

        await cluster.RestartAsync(PostgresStop.Immediate);

        (await CountAsync(cluster)).ShouldBe(1L);
        cluster.ReadLog().ShouldContain("automatic recovery in progress");
    }

    [Fact]
    public async Task Kill_ConnectionAtWork_LeavesNoProcessAndStartsAgain()
    {
        await using var cluster = await PostgresCluster.StartAsync(Durable);
        await AddRowAsync(cluster);
        var work = Should.ThrowAsync<NpgsqlException>(() => cluster.ExecuteAsync("SELECT count(*) FROM generate_series(1, 100000000000)"));
        var question = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT count(*) FROM generate_series%'";
        await Eventually.GetAsync(() => cluster.QueryAsync(question), running => running is 1L);

        await cluster.KillAsync();
        await work;
        cluster.IsRunning.ShouldBeFalse();

        await cluster.StartAgainAsync();
        (await CountAsync(cluster)).ShouldBe(1L);
    }

    [Fact]
    public async Task Promote_SynchronousStandbyOfAKilledServer_HasWhatWasCommitted()
    {
        await using var primary = await PostgresCluster.StartAsync();
        await using var standby = await primary.CreateStandbyAsync(synchronous: true);
        await AddRowAsync(primary);
        await primary.KillAsync();

        await standby.PromoteAsync();

        (await CountAsync(standby)).ShouldBe(1L);
        await standby.ExecuteAsync("INSERT INTO kept VALUES (2)");
        (await CountAsync(standby)).ShouldBe(2L);
    }

    [Fact]
    public async Task Commit_SynchronousStandbyIsAway_Waits()
    {
        await using var primary = await PostgresCluster.StartAsync();
        await using var standby = await primary.CreateStandbyAsync(synchronous: true);
        await standby.StopAsync(PostgresStop.Immediate);

        var commit = AddRowAsync(primary);
        var question = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
        await Eventually.GetAsync(() => primary.QueryAsync(question), waiting => waiting is 1L);
        commit.IsCompleted.ShouldBeFalse();

        await standby.StartAgainAsync();
        await commit;
    }

    [Fact]
    public async Task Dispose_RunningServer_LeavesNothing()
    {
        var cluster = await PostgresCluster.StartAsync();
        var process = cluster.ProcessId;

        await cluster.DisposeAsync();

        Directory.Exists(cluster.SocketFolder).ShouldBeFalse();
        Directory.Exists($"/proc/{process}").ShouldBeFalse();
    }

    [Fact]
    public async Task CreateDatabase_Twice_AreEmptyAndApart()
    {
        await using var one = await PostgresTestDatabases.CreateAsync();
        await using var other = await PostgresTestDatabases.CreateAsync();
        await RunAsync(one, "CREATE TABLE kept (id bigint)");

        (await RunAsync(one, "SELECT count(*) FROM kept")).ShouldBe(0L);
        (await RunAsync(other, "SELECT to_regclass('kept')::text")).ShouldBe(DBNull.Value);
    }

    [Fact]
    public async Task CreateFromTemplate_Twice_PreparesItOnce()
    {
        var prepared = 0;
        Task<PostgresTestDatabase> CreateAsync() => PostgresTestDatabases.CreateFromTemplateAsync("cluster_tests", async template =>
        {
            prepared++;
            await RunAsync(template, "CREATE TABLE kept AS SELECT 7 AS id");
        });

        await using var one = await CreateAsync();
        await using var other = await CreateAsync();

        prepared.ShouldBe(1);
        (await RunAsync(one, "SELECT id FROM kept")).ShouldBe(7);
        (await RunAsync(other, "SELECT id FROM kept")).ShouldBe(7);
    }

    private static Task AddRowAsync(PostgresCluster cluster) =>
        cluster.ExecuteAsync("CREATE TABLE kept (id bigint); INSERT INTO kept VALUES (1)");

    private static Task<object?> CountAsync(PostgresCluster cluster) => cluster.QueryAsync("SELECT count(*) FROM kept");

    private static Task<object?> RunAsync(PostgresTestDatabase database, string sql) => RunAsync(database.ConnectionString, sql);

    private static async Task<object?> RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
