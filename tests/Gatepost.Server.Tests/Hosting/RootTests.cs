using Gatepost.Testing;

namespace Gatepost.Server.Tests.Hosting;

public sealed class RootTests
{
    [Fact]
    public async Task Get_Root_LeadsToTheReference()
    {
        await using var host = await GatepostHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Get, "/", key: null, body: null);

        (answer.Status, answer.ContentType).ShouldBe((200, "text/html"));
    }
}
