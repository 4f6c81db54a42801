using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using MimeKit;

namespace Gatepost.Testing;

/// <summary>A mail as the server of the tests took it.</summary>
internal sealed record ReceivedMail(string From, IReadOnlyList<string> To, bool WasEncrypted, string? User, MimeMessage Message);

/// <summary>A real SMTP server (npm smtp-server) on a free loopback port; ends with the test.</summary>
internal sealed class SmtpServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process process;

    private SmtpServerProcess(Process process) => this.process = process;

    public int Port { get; private set; }

    /// <param name="certificate">Offers STARTTLS, or TLS from the first byte where <paramref name="secure"/> says so.</param>
    public static async Task<SmtpServerProcess> StartAsync(
        TestCertificate? certificate = null, bool secure = false, string? user = null, string? password = null)
    {
        var settings = new { key = certificate?.KeyPath, cert = certificate?.CertificatePath, secure, user, password };
        var server = new SmtpServerProcess(Launch(JsonSerializer.Serialize(settings)));
        try
        {
            server.Port = (int)(await server.ReadAsync())["port"]!;
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for the next mail.</summary>
    public async Task<ReceivedMail> ReceiveAsync()
    {
        var mail = await ReadAsync();
        using var data = new MemoryStream(Convert.FromBase64String((string)mail["data"]!));
        return new ReceivedMail(
            (string)mail["from"]!,
            [.. mail["to"]!.AsArray().Select(a => (string)a!)],
            (bool)mail["secure"]!,
            (string?)mail["user"],
            await MimeMessage.LoadAsync(data));
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static Process Launch(string settings)
    {
        var folder = Path.Combine(Path.GetDirectoryName(SourcePath())!, "smtp-server");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "smtp-server")))
            throw new InvalidOperationException($"The SMTP server of the mail tests is not installed in {folder}. Run: make deps");
        var start = new ProcessStartInfo("node", [Path.Combine(folder, "server.js"), settings])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("The mail tests need Node.js (20 or newer) on the PATH. Install it, then run: make deps", e);
        }
    }

    private async Task<JsonNode> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        var line = await process.StandardOutput.ReadLineAsync(deadline.Token);
        if (line is null)
            throw new InvalidOperationException($"The SMTP server of the mail tests stopped: {await process.StandardError.ReadToEndAsync(deadline.Token)}");
        return JsonNode.Parse(line)!;
    }

    private static string SourcePath([CallerFilePath] string path = "") => path;
}
