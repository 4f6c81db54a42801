using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Gatepost.Bench;

/// <summary>One life of the real server, in a process of its own.</summary>
internal sealed class GatepostProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int ContinueSignal = 18;
    private const int PauseSignal = 19;
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly HttpClient http;

    private GatepostProcess(Process process, HttpClient http) => (this.process, this.http) = (process, http);

    /// <summary>From the start of the process until it reported to be ready.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>After the end; 0 when it stopped in good order.</summary>
    public int ExitCode => process.ExitCode;

    public TimeSpan CpuTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>The most memory that was ever resident.</summary>
    public double PeakRssMiB => File.ReadLines($"/proc/{process.Id}/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kib, ..] ? long.Parse(kib, CultureInfo.InvariantCulture) / 1024.0 : double.NaN;

    public static async Task<GatepostProcess> StartAsync(ServerSettings settings, CancellationToken cancellation)
    {
        // The shell only sends the output to a file and becomes the server: the process id is the server's.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" --urls \"$1\" >>\"$2\" 2>&1", settings.Binary, $"http://{settings.Address}", settings.Log])
        {
            WorkingDirectory = settings.Folder,
        };
        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("Gatepost__", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(inherited);
        foreach (var (key, value) in settings.Environment)
            start.Environment[key] = value;
        var server = new GatepostProcess(Process.Start(start)!, new HttpClient { BaseAddress = new Uri($"http://{settings.Address}") });
        try
        {
            await server.WaitUntilReadyAsync(settings, cancellation);
            return server;
        }
        catch
        {
            server.process.Kill();
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> StopAsync(CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        if (!process.HasExited)
            _ = Signal(process.Id, Terminate);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(StopPatience);
        await process.WaitForExitAsync(patience.Token);
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>SIGKILL: no chance to write anything.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>SIGSTOP: it does nothing, and its connections stay open.</summary>
    public void Pause() => _ = Signal(process.Id, PauseSignal);

    public void Continue() => _ = process.HasExited ? 0 : Signal(process.Id, ContinueSignal);

    /// <returns>Bytes allocated on the managed heap since the start, or null when the server's metrics do not say.</returns>
    public async Task<double?> AllocatedBytesAsync(CancellationToken cancellation)
    {
        using var response = await http.GetAsync(new Uri("/metrics", UriKind.Relative), cancellation);
        if (!response.IsSuccessStatusCode)
            return null;
        foreach (var line in (await response.Content.ReadAsStringAsync(cancellation)).Split('\n'))
        {
            if (line.StartsWith("dotnet_gc_heap_total_allocated", StringComparison.Ordinal))
                return double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync(CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }

        process.Dispose();
        http.Dispose();
    }

    private async Task WaitUntilReadyAsync(ServerSettings settings, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(cancellation))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(began) > StartPatience)
                throw new InvalidOperationException("The server did not start:\n" + string.Join('\n', File.ReadLines(settings.Log).TakeLast(40)));
            await Task.Delay(5, cancellation);
        }

        StartTime = Stopwatch.GetElapsedTime(began);
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
