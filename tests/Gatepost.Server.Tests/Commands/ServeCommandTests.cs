using Gatepost.Server.Commands;

namespace Gatepost.Server.Tests.Commands;

public sealed class ServeCommandTests
{
    [Theory]
    [InlineData("foo")]
    [InlineData("--urls", "http://127.0.0.1:0", "foo")]
    [InlineData("--Gatepost:DataDirectory=x", "foo")]
    public async Task Run_StrayArgument_IsRefusedBeforeAnythingStarts(params string[] args) =>
        (await ServeCommand.RunAsync(args, TestContext.Current.CancellationToken)).ShouldBe(1);
}
