using Gatepost.Server.Commands;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Commands;

public sealed class ServeCommandTests
{
    [Theory]
    [InlineData("foo")]
    [InlineData("--urls", "http://127.0.0.1:0", "foo")]
    [InlineData("--Gatepost:DataDirectory=x", "foo")]
    public async Task Run_StrayArgument_IsRefusedBeforeAnythingStarts(params string[] args) =>
        (await ServeCommand.RunAsync(args, TestContext.Current.CancellationToken)).ShouldBe(1);

    [Fact]
    public async Task Run_DatabaseThatCannotBeReached_EndsWithOneSentence()
    {
        var folder = Directory.CreateTempSubdirectory("gatepost-");
        await using var server = ChildProcess.Start(
            "/bin/sh",
            ["-c", "exec \"$0\" \"$@\" 2>&1", Path.Combine(AppContext.BaseDirectory, "Gatepost.Server"), "--urls", "http://127.0.0.1:0"],
            new Dictionary<string, string>
            {
                ["Gatepost__DataDirectory"] = folder.FullName,
                ["Gatepost__MasterKeys__0"] = Convert.ToBase64String(new byte[32]),
                ["Gatepost__Storage__Provider"] = "postgres",
                ["Gatepost__Storage__ConnectionString"] = "Host=127.0.0.1;Port=1;Username=nobody;Database=nothing",
            });

        var (exitCode, output) = await server.FinishAsync();

        exitCode.ShouldBe(1);
        output.TrimEnd().ShouldBe("Gatepost cannot start: 127.0.0.1/nothing cannot be used: Failed to connect to 127.0.0.1:1");
        folder.Delete(recursive: true);
    }
}
