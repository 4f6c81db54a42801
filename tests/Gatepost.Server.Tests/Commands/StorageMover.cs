using Gatepost.Testing;

namespace Gatepost.Server.Tests.Commands;

/// <summary><c>gatepost migrate-storage</c> as operators run it.</summary>
internal static class StorageMover
{
    /// <summary>Its talk is among its output.</summary>
    public static ChildProcess Start(string file, PostgresTestDatabase target, params string[] more) => ChildProcess.Start(
        "/bin/sh",
        ["-c", "exec \"$0\" \"$@\" 2>&1", Path.Combine(AppContext.BaseDirectory, "Gatepost.Server"), "migrate-storage", "--from", file, "--to", target.ConnectionString, .. more]);

    public static async Task<(int ExitCode, string Output)> RunAsync(string file, PostgresTestDatabase target, params string[] more)
    {
        await using var process = Start(file, target, more);
        return await process.FinishAsync();
    }
}
