using Gatepost.Testing;

namespace Gatepost.Server.Tests.Api;

/// <summary>The frame around a batch of events.</summary>
public sealed class EventBatchTests : IAsyncLifetime
{
    private GatepostHost host = null!;
    private ApiUser user = null!;

    public async ValueTask InitializeAsync()
    {
        host = await GatepostHost.StartAsync();
        user = await host.NewOrganizationAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task PublishBatch_WithoutEvents_NamesTheMember()
    {
        var answer = await user.PostAsync("/v1/events/batch", new { });

        (answer.Status, answer.Code).ShouldBe((422, "required"));
        answer.FaultyFields.ShouldBe(["events"]);
    }
}
