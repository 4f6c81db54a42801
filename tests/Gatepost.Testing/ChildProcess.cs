using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Gatepost.Testing;

/// <summary>A program that a test started: its lines are read, and it ends with the test.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;

    private ChildProcess(Process process) => this.process = process;

    /// <summary>The receiver written with Python's standard library alone.</summary>
    public static string PythonReceiver { get; } = Path.Combine(Path.GetDirectoryName(ThisFile())!, "receiver.py");

    public int Id => process.Id;

    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        return new ChildProcess(Process.Start(start)!);
    }

    public async Task<string> ReadLineAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException($"{process.StartInfo.FileName} ended.");
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Output)> FinishAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, output);
    }

    /// <summary>kill -9</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
