using Gatepost.Server.Hosting;
using Gatepost.Storage;
using Gatepost.Testing;
using Microsoft.AspNetCore.Builder;

namespace Gatepost.Server.Tests.Hosting;

/// <summary>One process per data directory, and what a start makes there.</summary>
public sealed class DataDirectoryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatepost-").FullName;

    private string Journal => Path.Combine(folder, "in-flight.journal");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Start_AnotherProcessUsesTheDirectory_IsRefusedAndLeavesItsJournal()
    {
        byte[] inFlight = [11, 0, 0, 0, 0, 0, 0, 0];
        await File.WriteAllBytesAsync(Journal, inFlight);
        await using var theOther = new FileStream(Path.Combine(folder, "gatepost.db.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        await using var app = Create();

        await Should.ThrowAsync<StorageUnavailableException>(() => app.StartAsync());

        (await File.ReadAllBytesAsync(Journal)).ShouldBe(inFlight);
    }

    [Fact]
    public async Task Start_DirectoryIsMissingAndAMasterKeyIsSet_MakesIt()
    {
        await using var app = Create(("MasterKeys:0", Convert.ToBase64String(new byte[32])), ("DataDirectory", Path.Combine(folder, "new", "data")));

        await app.StartAsync();

        File.Exists(Path.Combine(folder, "new", "data", "gatepost.db")).ShouldBeTrue();
        await app.StopAsync();
    }

    [Fact]
    public async Task Start_TheFileIsNoDatabase_IsRefusedInWords()
    {
        await File.WriteAllBytesAsync(Path.Combine(folder, "gatepost.db"), new byte[4_096].Select(_ => (byte)'x').ToArray());
        await using var app = Create();

        var refused = await Should.ThrowAsync<StorageUnavailableException>(() => app.StartAsync());

        refused.Message.ShouldContain("gatepost.db cannot be used");
    }

    [Fact]
    public async Task Start_AnEarlierOneWasCutOffMakingTheKey_MakesAnother()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "master.key.new"), "");
        await using var app = Create();

        await app.StartAsync();

        Convert.FromBase64String(await File.ReadAllTextAsync(Path.Combine(folder, "master.key"))).Length.ShouldBe(32);
        await app.StopAsync();
    }

    private WebApplication Create(params (string Name, string Value)[] settings) => GatepostServer.Create(["--urls", "http://127.0.0.1:0"], builder =>
    {
        builder.Configuration["Gatepost:DataDirectory"] = folder;
        builder.Configuration["Gatepost:BootstrapKey"] = GatepostHost.InstanceKey;
        builder.Configuration["Logging:Console:LogLevel:Default"] = "None";
        foreach (var (name, value) in settings)
            builder.Configuration[$"Gatepost:{name}"] = value;
    });
}
