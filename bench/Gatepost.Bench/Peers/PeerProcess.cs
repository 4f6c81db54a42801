using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gatepost.Bench.Peers;

/// <summary>One life of a peer, in a process of its own as the server is.</summary>
internal sealed class PeerProcess : IDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly Process process;

    private PeerProcess(Process process) => this.process = process;

    /// <summary>Where it takes events over HTTP.</summary>
    public IPEndPoint Address { get; private set; } = new(IPAddress.Loopback, 0);

    /// <summary>The only one that may publish; the process knows its hash.</summary>
    public string Key { get; } = "gp_org_" + RandomNumberGenerator.GetHexString(64, lowercase: true);

    public TimeSpan CpuTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Returns when the peer takes events.</summary>
    /// <param name="url">Of its webhook.</param>
    public static async Task<PeerProcess> StartAsync(string binary, string peer, string connectionString, string url, CancellationToken cancellation)
    {
        var started = new PeerProcess(Process.Start(new ProcessStartInfo(binary, [peer, connectionString])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
        try
        {
            var setup = new PeerSetup(new Uri(url), Receiver.Secret, SHA256.HashData(Encoding.UTF8.GetBytes(started.Key)));
            started.Address.Port = await started.AskAsync(setup, cancellation);
            return started;
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    /// <summary>Lets it publish in its own process.</summary>
    /// <returns>How many events were durable when the publisher's call returned.</returns>
    public Task<int> PublishAsync(PeerOrder order, CancellationToken cancellation) => AskAsync(order, cancellation);

    /// <summary>The end of its input ends the process, also when this one dies.</summary>
    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(StopPatience))
            process.Kill();
        process.Dispose();
    }

    private async Task<int> AskAsync<T>(T line, CancellationToken cancellation)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(line).AsMemory(), cancellation);
        await process.StandardInput.FlushAsync(cancellation);
        var answer = await process.StandardOutput.ReadLineAsync(cancellation) ?? throw new InvalidOperationException("The peer's process has ended.");
        return int.Parse(answer, CultureInfo.InvariantCulture);
    }
}
