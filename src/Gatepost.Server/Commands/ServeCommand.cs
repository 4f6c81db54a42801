using System.CommandLine;
using Gatepost.Server.Configuration;
using Gatepost.Server.Hosting;
using Gatepost.Storage;
using Microsoft.AspNetCore.Connections;

namespace Gatepost.Server.Commands;

/// <summary><c>gatepost serve</c>, the default: runs the server until it is told to stop.</summary>
internal static class ServeCommand
{
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

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
        if (FindStray(args) is { } stray)
            return Refuse($"'{stray}' is neither a command (serve, migrate-storage, openapi, version) nor a setting such as --urls http://127.0.0.1:5080. See --help.");
        SetInlineCompletions();
        try
        {
            await using var app = GatepostServer.Create(args);
            await app.RunAsync(cancellation);
            return 0;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            return Refuse($"Gatepost cannot start: {e.Message} Choose another with --urls or ASPNETCORE_URLS.");
        }
        catch (Exception e) when (e is SettingsException or StorageUnavailableException or IOException or FormatException or UnauthorizedAccessException)
        {
            return Refuse($"Gatepost cannot start: {e.Message}");
        }
    }

    // The runtime reads it once, before the first socket (decision 13); what an operator set stands.
    private static void SetInlineCompletions()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
    }

    // Settings are --key=value or --key value; the configuration would pass over anything else without a word.
    private static string? FindStray(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
                return args[i];
            if (!args[i].Contains('=', StringComparison.Ordinal))
                i++;
        }

        return null;
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine(message);
        return 1;
    }
}
