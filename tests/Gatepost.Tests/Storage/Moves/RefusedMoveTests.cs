using Gatepost.Storage;
using Gatepost.Storage.Moves;

namespace Gatepost.Tests.Storage.Moves;

/// <summary>What is not moved, and the sentence that says why.</summary>
public sealed class RefusedMoveTests : IAsyncLifetime
{
    private MoveBench bench = null!;

    public async ValueTask InitializeAsync() => bench = await MoveBench.StartAsync();

    public ValueTask DisposeAsync() => bench.DisposeAsync();

    [Fact]
    public Task Run_FileMissing_IsRefused() => RefuseAsync(r => r with { From = "/nowhere/gatepost.db" }, "/nowhere/gatepost.db does not exist");

    [Theory]
    [InlineData("")]
    [InlineData("This is a letter, and not a database of whatever kind.")]
    public async Task Run_AnotherKindOfFile_IsRefusedAndLeftAsItIs(string content)
    {
        var path = bench.Path + ".txt";
        await File.WriteAllTextAsync(path, content);

        await RefuseAsync(r => r with { From = path }, "is not a database of Gatepost");

        (await File.ReadAllTextAsync(path)).ShouldBe(content);
    }

    [Fact]
    public async Task Run_ServerUsesTheFile_IsRefused()
    {
        using var server = new ProcessLock(bench.Path + ".lock", bench.Path);

        await RefuseAsync(r => r, "is used by a running server");
    }

    [Fact]
    public Task Run_TargetUnreachable_IsRefused() => RefuseAsync(r => r with { To = "Host=127.0.0.1;Port=1;Username=nobody;Database=none" }, "127.0.0.1/none cannot be used");

    [Fact]
    public Task Run_TargetWithoutDatabase_IsRefused() => RefuseAsync(r => r with { To = "Host=127.0.0.1" }, "--to must name Host and Database");

    [Fact]
    public async Task Run_TargetHoldsOrganizations_IsRefused()
    {
        await bench.TellAsync("INSERT INTO organizations (id, name, created_at, updated_at) VALUES (gen_random_uuid(), 'Others', 0, 0)");

        await RefuseAsync(r => r, "is not empty: there are rows in organizations");
    }

    [Fact]
    public async Task Run_TargetHoldsAnotherFile_IsRefused()
    {
        await bench.FillAsync();
        await bench.RunAsync();
        await using var other = await MoveBench.StartAsync();

        await RefuseAsync(r => r with { From = other.Path }, "holds a copy of another file");
    }

    [Fact]
    public async Task Run_ServerRanOnTheFileSince_IsRefused()
    {
        await StopHalfwayAsync();
        await bench.AddLifeAsync();

        await RefuseAsync(r => r, "or of this one before a server ran on it again");
    }

    [Fact]
    public async Task Run_ServerRanOnTheTargetTooEarly_IsRefused()
    {
        await StopHalfwayAsync();
        await bench.TellAsync("INSERT INTO epochs (node, started_at, expires_at) VALUES ('node', 0, 0)");

        await RefuseAsync(r => r, "before everything was there");
    }

    [Fact]
    public async Task Run_DiskOfTheTargetIsFull_SaysSoAndGoesOnLater()
    {
        await StopHalfwayAsync();

        await bench.TellAsync("DROP TRIGGER full_disk ON deliveries");

        (await bench.RunAsync()).IsEqual.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_Finished_DoesNothingAgain()
    {
        await bench.FillAsync();
        await bench.RunAsync();

        var again = await bench.RunAsync();

        again.FinishedAt.ShouldNotBeNull();
        again.Tables.ShouldBeEmpty();
    }

    [Fact]
    public async Task Verify_ValueChanged_NamesTheTable()
    {
        await bench.FillAsync();
        await bench.RunAsync();
        (await bench.RunAsync(r => r with { VerifyOnly = true })).IsEqual.ShouldBeTrue();

        await bench.TellAsync("UPDATE organizations SET name = 'Acmf' WHERE seq = 2");

        var result = await bench.RunAsync(r => r with { VerifyOnly = true });
        result.Tables.Where(t => !t.IsEqual).ShouldHaveSingleItem().Table.ShouldBe("organizations");
    }

    [Fact]
    public Task Verify_NothingMoved_IsRefused() => RefuseAsync(r => r with { VerifyOnly = true }, "Nothing was moved to");

    private async Task StopHalfwayAsync()
    {
        await bench.FillAsync();
        await bench.TellAsync(
            """
            CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
            CREATE TRIGGER full_disk BEFORE INSERT ON deliveries FOR EACH ROW WHEN (NEW.seq = 3) EXECUTE FUNCTION full_disk();
            """);
        await RefuseAsync(r => r, "The target's disk is full (could not extend file). Make room there. Run the same command again: it goes on where it stopped.");
    }

    private async Task RefuseAsync(Func<MoveRequest, MoveRequest> request, string reason) =>
        (await Should.ThrowAsync<StorageUnavailableException>(() => bench.RunAsync(request))).Message.ShouldContain(reason);
}
