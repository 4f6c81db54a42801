using System.CommandLine;
using Gatepost.Server.Configuration;
using Gatepost.Server.Hosting;
using Gatepost.Storage;

namespace Gatepost.Server.Commands;

/// <summary><c>gatepost serve</c>, the default: runs the server until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Make()
    {
        var command = new Command("serve", "Run the server (the default). Settings: docs/configuration.md; --urls http://127.0.0.1:5080 says where it listens.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction((parse, cancellation) => RunAsync([.. parse.UnmatchedTokens], cancellation));
        return command;
    }

    /// <returns>0 after a clean stop, 1 when it could not start.</returns>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        try
        {
            await using var app = GatepostServer.Create(args);
            await app.RunAsync(cancellation);
            return 0;
        }
        catch (Exception e) when (e is SettingsException or StorageUnavailableException or IOException or FormatException or UnauthorizedAccessException)
        {
            return Refuse($"Gatepost cannot start: {e.Message}");
        }
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine(message);
        return 1;
    }
}
