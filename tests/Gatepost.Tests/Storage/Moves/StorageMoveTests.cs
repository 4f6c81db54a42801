using Gatepost.Deliveries;
using Gatepost.Storage.Moves;

namespace Gatepost.Tests.Storage.Moves;

/// <summary>Everything gets there, whenever the copy was stopped.</summary>
public sealed class StorageMoveTests : IAsyncLifetime
{
    private MoveBench bench = null!;

    public async ValueTask InitializeAsync() => bench = await MoveBench.StartAsync();

    public ValueTask DisposeAsync() => bench.DisposeAsync();

    [Fact]
    public async Task Plan_EveryTable_IsCopiedOrNamedAsLeftOut()
    {
        using var source = SourceFile.Open(bench.Path, migrate: true);
        await using var target = await MoveTarget.OpenAsync(bench.Target.ConnectionString, migrate: true, TestContext.Current.CancellationToken);
        var (columns, schema) = (source.ReadColumns(), target.ReadSchema());

        var copied = MovePlan.Make(columns, schema).Select(t => t.Name).ToList();

        columns.Select(c => c.Table).Distinct().Except(copied).ShouldBe(["epochs", "handovers", "schema_requirements", "SchemaVersions"], ignoreOrder: true);
        schema.Columns.Select(c => c.Table).Distinct().Except(copied).ShouldBe(["epochs", "handovers", "master_key_check", "schema_requirements", "schemaversions", "shards"], ignoreOrder: true);
    }

    [Fact]
    public async Task Run_RowsInEveryTable_AreThereAndEqual()
    {
        await bench.FillAsync();

        var result = await bench.RunAsync();

        result.Tables.Where(t => !t.IsEqual).ShouldBeEmpty();
        result.Tables.Where(t => t.RowsInFile == 0).ShouldBeEmpty();
        result.CopiedRows.ShouldBe(result.Tables.Sum(t => t.RowsInTarget));
        (await bench.AskAsync<long>("SELECT count(*) FROM attempts_default")).ShouldBe(0);
        (await bench.AskAsync<long>("SELECT count(*) FROM attempts_19700101")).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Run_StoppedAgainAndAgain_GoesOnWhereItWas()
    {
        await bench.FillAsync();
        MoveResult? result = null;
        var (stops, rows) = (0, 0L);
        for (; result is null; stops++)
        {
            var limit = rows + 5;
            try
            {
                result = await bench.RunAsync(progress: p => Stop((rows = p.Rows) > limit && p.Step == "Copying"));
            }
            catch (StopException)
            {
                // The next run goes on.
            }
        }

        result.Tables.Where(t => !t.IsEqual).ShouldBeEmpty();
        stops.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Run_PurgedRows_TheirNumbersDoNotComeBack()
    {
        var organization = await bench.Rows.AddOrganizationAsync();
        var webhook = await bench.Rows.AddWebhookAsync(organization);
        var last = await bench.Rows.AddDeliveryAsync(organization, webhook, await bench.Rows.AddEventAsync(organization));
        await bench.Rows.ExecuteAsync("DELETE FROM deliveries");

        await bench.RunAsync();

        (await bench.AskAsync<long>("SELECT nextval(pg_get_serial_sequence('deliveries', 'seq'))")).ShouldBe(last + 1);
        (await bench.AskAsync<long>("SELECT nextval(pg_get_serial_sequence('webhooks', 'seq'))")).ShouldBe(webhook + 1);
        (await bench.AskAsync<long>("SELECT nextval(pg_get_serial_sequence('surveys', 'seq'))")).ShouldBe(1);
    }

    [Theory]
    [InlineData(0, 0, 0, false)]
    [InlineData(0, 1, 5, true)]
    [InlineData(3, 0, 3, true)]
    public async Task Run_ClaimedDelivery_IsGivenBack(int trigger, int cancel, int status, bool ended)
    {
        var organization = await bench.Rows.AddOrganizationAsync();
        await bench.Rows.AddDeliveryAsync(
            organization, await bench.Rows.AddWebhookAsync(organization), await bench.Rows.AddEventAsync(organization), DeliveryStatus.Sending);
        await bench.Rows.ExecuteAsync("UPDATE deliveries SET trigger = @trigger, cancel_requested = @cancel, epoch = 7, next_attempt_at = 1", new { trigger, cancel });

        (await bench.RunAsync()).IsEqual.ShouldBeTrue();

        (await bench.AskAsync<int>("SELECT status FROM deliveries")).ShouldBe(status);
        (await bench.AskAsync<bool>("SELECT epoch IS NULL FROM deliveries")).ShouldBeTrue();
        (await bench.AskAsync<bool>("SELECT completed_at IS NOT NULL FROM deliveries")).ShouldBe(ended);
        (await bench.AskAsync<bool>("SELECT next_attempt_at IS NULL FROM deliveries")).ShouldBe(ended);
        (await bench.Rows.CountAsync("deliveries WHERE status = 1 AND epoch = 7")).ShouldBe(1);
    }

    [Fact]
    public async Task Run_DeliveryWithAttempts_KnowsWhenTheLastOneStarted()
    {
        await bench.FillAsync();
        await bench.Rows.ExecuteAsync("UPDATE attempts SET started_at = 1000 * number");
        await bench.Rows.ExecuteAsync("UPDATE deliveries SET attempt_count = 2 WHERE seq = 1");

        await bench.RunAsync();

        (await bench.AskAsync<long?>("SELECT last_attempt_at FROM deliveries WHERE seq = 1")).ShouldBe(2000);
        (await bench.AskAsync<long?>("SELECT last_attempt_at FROM deliveries WHERE seq = 2")).ShouldBeNull();
    }

    [Fact]
    public async Task Run_IdempotencyKeys_BelongToNoLifeOfTheTarget()
    {
        await bench.FillAsync();

        await bench.RunAsync();

        (await bench.AskAsync<long>("SELECT count(*) FROM idempotency WHERE state = 1 AND epoch = 0")).ShouldBe(1);
    }

    [Fact]
    public async Task Run_TextThatPostgresCannotHold_IsKeptAsTheStoresKeepIt()
    {
        await bench.FillAsync();
        await bench.Rows.ExecuteAsync("UPDATE organizations SET name = 'a' || char(0) || 'b' WHERE seq = 1");
        await bench.Rows.ExecuteAsync("UPDATE organizations SET name = CAST(x'61EDA08062' AS TEXT) WHERE seq = 2");
        await bench.Rows.ExecuteAsync("UPDATE mail_threads SET message_id = 'a' || char(0) || 'b'");

        var result = await bench.RunAsync();

        result.Tables.Where(t => !t.IsEqual).ShouldBeEmpty();
        (await bench.AskAsync<string>("SELECT name FROM organizations WHERE seq = 1")).ShouldBe("a\uFFFDb");
        (await bench.AskAsync<string>("SELECT name FROM organizations WHERE seq = 2"))!.ShouldMatch("^a\uFFFD+b$");
        (await bench.AskAsync<string>("SELECT min(message_id) FROM mail_threads")).ShouldBe("a\uFFFDb");
    }

    [Fact]
    public async Task Run_LargeBodies_EndABatchByTheirBytes()
    {
        var organization = await bench.Rows.AddOrganizationAsync();
        for (var i = 0; i < 3; i++)
            await bench.Rows.AddEventAsync(organization, bytes: 5 << 20);
        var batches = 0;

        var result = await bench.RunAsync(r => r with { BatchRows = 1000, BatchBytes = 8 << 20 }, p => batches += p is { Step: "Copying", Table: "events" } ? 1 : 0);

        result.IsEqual.ShouldBeTrue();
        batches.ShouldBe(2, "two rows, then one");
    }

    private static void Stop(bool now)
    {
        if (now)
            throw new StopException();
    }

    private sealed class StopException : Exception;
}
