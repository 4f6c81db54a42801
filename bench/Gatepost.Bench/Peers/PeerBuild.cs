using System.Diagnostics;

namespace Gatepost.Bench.Peers;

/// <summary>Builds a peer's process when it is wanted: where its packages cannot be had, the rest of the bench still runs.</summary>
/// <param name="Binary">Null when it could not be built.</param>
/// <param name="Log">What the build said.</param>
internal sealed record PeerBuild(string? Binary, string Log)
{
    public static async Task<PeerBuild> RunAsync(string peer, CancellationToken cancellation)
    {
        Report.Say($"building {peer}");
        var output = Path.Combine("artifacts", "peers", peer);
        using var build = Process.Start(new ProcessStartInfo(
            "dotnet", ["build", "bench/Gatepost.Peers", "-c", "Release", $"-p:Peer={peer}", "-o", output, "-v", "quiet", "--nologo", "-tl:off"])
        {
            WorkingDirectory = ServerBinary.Root(),
            RedirectStandardOutput = true,
        })!;
        var log = await build.StandardOutput.ReadToEndAsync(cancellation);
        await build.WaitForExitAsync(cancellation);
        return new PeerBuild(build.ExitCode == 0 ? Path.Combine(ServerBinary.Root(), output, "Gatepost.Peers") : null, log.Trim());
    }
}
