using System.Diagnostics;

namespace Gatepost.Bench;

/// <summary>Finds the published server, or publishes it.</summary>
internal static class ServerBinary
{
    public static async Task<string> FindAsync(string? given, CancellationToken cancellation)
    {
        if (given is not null)
            return File.Exists(given) ? Path.GetFullPath(given) : throw new FileNotFoundException($"There is no server at {given}.");
        var root = Root();
        var binary = Path.Combine(root, "artifacts", "server", "Gatepost.Server");
        if (!File.Exists(binary))
            await PublishAsync(root, cancellation);
        // The file alone, not the run, tells whether what is measured is old.
        Report.Say($"server: {binary}, published {File.GetLastWriteTimeUtc(Path.ChangeExtension(binary, ".Server.dll")):u}");
        return binary;
    }

    /// <summary>The folder of the solution.</summary>
    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gatepost.slnx")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("Gatepost.slnx is in no folder above the benchmark; name the server with --server.");
    }

    private static async Task PublishAsync(string root, CancellationToken cancellation)
    {
        Report.Say("publishing the server to artifacts/server");
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet", ["publish", "src/Gatepost.Server", "-c", "Release", "-o", "artifacts/server", "-v", "quiet", "--nologo"])
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
        })!;
        var output = await publish.StandardOutput.ReadToEndAsync(cancellation);
        await publish.WaitForExitAsync(cancellation);
        if (publish.ExitCode != 0)
            throw new InvalidOperationException("dotnet publish failed:\n" + output);
    }
}
