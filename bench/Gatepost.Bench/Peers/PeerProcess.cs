using System.Diagnostics;
using System.Text.Json;

namespace Gatepost.Bench.Peers;

/// <summary>One life of a peer, in a process of its own as the server is.</summary>
internal sealed class PeerProcess : IDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly Process process;

    public PeerProcess(string binary, string peer, string connectionString) =>
        process = Process.Start(new ProcessStartInfo(binary, [peer, connectionString])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

    public async Task<PeerResult> PublishAsync(PeerOrder order, CancellationToken cancellation)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order).AsMemory(), cancellation);
        await process.StandardInput.FlushAsync(cancellation);
        var answer = await process.StandardOutput.ReadLineAsync(cancellation) ?? throw new InvalidOperationException("The peer's process has ended.");
        return JsonSerializer.Deserialize<PeerResult>(answer)!;
    }

    /// <summary>The end of its input ends the process, also when this one dies.</summary>
    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(StopPatience))
            process.Kill();
        process.Dispose();
    }
}
