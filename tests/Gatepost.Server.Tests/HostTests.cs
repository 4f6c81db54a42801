using Gatepost.Testing;

namespace Gatepost.Server.Tests;

/// <summary>Each test has a server of its own, with one organization.</summary>
public abstract class HostTests : IAsyncLifetime
{
    private protected GatepostHost Host { get; private set; } = null!;

    private protected ApiUser User { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Host = await GatepostHost.StartAsync();
        User = await Host.NewOrganizationAsync();
        await PrepareAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>What all tests of a class begin with.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;
}
