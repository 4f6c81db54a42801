using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatepost.Interop.Tests;
using Gatepost.Providers;

[assembly: AssemblyFixture(typeof(OfficialLibraries))]

namespace Gatepost.Interop.Tests;

/// <summary>The providers' own Node.js libraries, in one process that all tests ask in turn.</summary>
public sealed class OfficialLibraries : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly SemaphoreSlim turn = new(1);
    private Process process = null!;

    public ValueTask InitializeAsync()
    {
        var folder = Path.Combine(Path.GetDirectoryName(ThisFile())!, "official-libraries");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "twilio")))
            throw new InvalidOperationException($"The providers' libraries are not installed in {folder}. Run: make deps");
        process = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "main.js")]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        turn.Dispose();
    }

    /// <summary>Whether the library takes a request for its provider's.</summary>
    internal async Task<bool> AcceptAsync(string library, CallbackRequest request, ProviderCredentials credentials, DateTimeOffset now, string? certificate = null)
    {
        var question = new
        {
            library,
            action = "verify",
            // As a server has it: no fragment, and no blanks around a header's value.
            request = new
            {
                method = request.Method,
                url = request.Url.Split('#')[0],
                headers = request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString().Trim()),
                body = Convert.ToBase64String(request.Body.Span),
            },
            // Where a key does not come from the user, any secret stands for it.
            secrets = credentials.Secrets.DefaultIfEmpty(""),
            publicKey = credentials.PublicKeys is [var key, ..] ? key : null,
            certificate,
            now = now.ToUnixTimeSeconds(),
        };
        return (bool)(await AskAsync(question))["valid"]!;
    }

    /// <summary>What a library made.</summary>
    internal async Task<string> MakeAsync(object question) => (string)(await AskAsync(question))["result"]!;

    private async Task<JsonNode> AskAsync(object question)
    {
        using var patience = new CancellationTokenSource(Patience);
        await turn.WaitAsync(patience.Token);
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question).AsMemory(), patience.Token);
            await process.StandardInput.FlushAsync(patience.Token);
            var line = await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("The process of the libraries ended.");
            var answer = JsonNode.Parse(line)!;
            return answer["error"] is { } error ? throw new InvalidOperationException((string)error!) : answer;
        }
        finally
        {
            turn.Release();
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
