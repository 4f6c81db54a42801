using System.Net;
using System.Net.Sockets;
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
        var (exitCode, output) = await RunAsync(
            "http://127.0.0.1:0",
            new()
            {
                ["Gatepost__MasterKeys__0"] = Convert.ToBase64String(new byte[32]),
                ["Gatepost__Storage__Provider"] = "postgres",
                ["Gatepost__Storage__ConnectionString"] = "Host=127.0.0.1;Port=1;Username=nobody;Database=nothing",
            });

        exitCode.ShouldBe(1);
        output.TrimEnd().ShouldBe("Gatepost cannot start: 127.0.0.1/nothing cannot be used: Failed to connect to 127.0.0.1:1");
    }

    [Fact]
    public async Task Run_PortThatIsTaken_SaysHowToChooseAnother()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = $"http://{other.LocalEndpoint}";

        var (exitCode, output) = await RunAsync(taken, []);

        exitCode.ShouldBe(1);
        output.ShouldContain($"Gatepost cannot start: Failed to bind to address {taken}: address already in use. Choose another with --urls or ASPNETCORE_URLS.");
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string urls, Dictionary<string, string> settings)
    {
        var folder = Directory.CreateTempSubdirectory("gatepost-");
        settings["Gatepost__DataDirectory"] = folder.FullName;
        await using var server = ChildProcess.Start(
            "/bin/sh", ["-c", "exec \"$0\" \"$@\" 2>&1", Path.Combine(AppContext.BaseDirectory, "Gatepost.Server"), "--urls", urls], settings);
        var ended = await server.FinishAsync();
        folder.Delete(recursive: true);
        return ended;
    }
}
