using Dapper;
using Gatepost.Storage.Sqlite;
using Gatepost.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gatepost.Server.Tests.Commands;

/// <summary>The command as a process: killed half-way, refused, and what it answers.</summary>
public sealed class MigrateStorageTests : IAsyncLifetime
{
    private const int Deliveries = 500;
    private const int BatchRows = 20;
    private const int Gate = 250; // the delivery whose batch is cut off
    private TestDatabase file = null!;
    private PostgresTestDatabase target = null!;

    private string Path => file.Services.GetRequiredService<SqliteConnections>().DatabasePath;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(GatepostHost.Storage == TestStorage.Sqlite, "It names both of its databases itself.");
        file = TestDatabase.Create(TestStorage.Sqlite);
        target = await TestDatabase.CreatePostgresAsync();
        await FillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await file.DisposeAsync();
        await target.DisposeAsync();
    }

    [Fact]
    public async Task Kill9_HalfwayThroughATable_GoesOnAndComesOutEqual()
    {
        await using (var gate = await CloseGateAsync())
        {
            await using var first = StorageMover.Start(Path, target, "--batch-rows", $"{BatchRows}");
            await Eventually.GetAsync(CopiedAsync, rows => rows == (Gate - 1) / BatchRows * BatchRows);
            await first.KillAsync();
        }

        var (exitCode, output) = await StorageMover.RunAsync(Path, target, "--batch-rows", $"{BatchRows}");

        exitCode.ShouldBe(0, output);
        output.ShouldMatch(@"deliveries +500 +500  [0-9a-f]{16} equal");
        output.ShouldContain("Gatepost__Storage__Provider=postgres");
        output.ShouldNotContain("DIFFERS");
        (await CopiedAsync()).ShouldBe(Deliveries);
        (await StorageMover.RunAsync(Path, target, "--verify-only")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Verify_RowChanged_ExitsWith1()
    {
        (await StorageMover.RunAsync(Path, target)).ExitCode.ShouldBe(0);
        await AskAsync<int?>("UPDATE deliveries SET status = 4 WHERE seq = 250");

        var (exitCode, output) = await StorageMover.RunAsync(Path, target, "--verify-only");

        (exitCode, output.Contains("DIFFERS", StringComparison.Ordinal)).ShouldBe((1, true), output);
    }

    [Fact]
    public async Task Run_ServerRuns_IsRefusedInOneSentence()
    {
        await using var server = await ServerProcess.StartAsync(TestStorage.Sqlite);

        var (exitCode, output) = await StorageMover.RunAsync(System.IO.Path.Combine(server.Folder, "gatepost.db"), target);

        (exitCode, output.Trim().Split('\n').Length).ShouldBe((1, 1), output);
        output.ShouldContain("is used by a running server; stop it first.");
    }

    private async Task FillAsync() => await file.Database.WriteAsync(
        session => session.Connection.Execute(
            $"""
            INSERT INTO organizations (id, name, created_at, updated_at) VALUES (randomblob(16), 'Acme', 0, 0);
            INSERT INTO webhooks (id, organization_seq, name, url, event_mask, events, header_names, active, created_at, updated_at)
            VALUES (randomblob(16), 1, 'x', 'https://example.com/', 2, '[]', '[]', 1, 0, 0);
            INSERT INTO deliveries (id, organization_seq, webhook_seq, event_seq, event_type, status, trigger, created_at)
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Deliveries}) SELECT randomblob(16), 1, 1, i, 1, 2, 0, i FROM n;
            """),
        TestContext.Current.CancellationToken);

    // The batch of one delivery waits for the lock as long as this connection lives.
    private async Task<NpgsqlConnection> CloseGateAsync()
    {
        var connection = new NpgsqlConnection(target.ConnectionString + ";Pooling=false");
        await connection.ExecuteAsync(
            $"""
            CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$;
            CREATE TRIGGER gate BEFORE INSERT ON deliveries FOR EACH ROW WHEN (NEW.seq = {Gate}) EXECUTE FUNCTION gate();
            """);
        await connection.OpenAsync();
        await connection.ExecuteAsync("SELECT pg_advisory_lock(1)");
        return connection;
    }

    private async Task<long> CopiedAsync() => await AskAsync<long>("SELECT count(*) FROM deliveries");

    private async Task<T?> AskAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(target.ConnectionString);
        return await connection.ExecuteScalarAsync<T>(sql);
    }
}
