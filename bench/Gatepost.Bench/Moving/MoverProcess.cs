using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Gatepost.Bench.Moving;

/// <summary>One run of <c>gatepost migrate-storage</c>.</summary>
internal sealed partial class MoverProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> output;
    private readonly long began = Stopwatch.GetTimestamp();
    private long comparing;

    public MoverProcess(ServerSettings settings, string file, string connectionString)
    {
        process = Process.Start(new ProcessStartInfo(settings.Binary, ["migrate-storage", "--from", file, "--to", connectionString])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, told) =>
        {
            if (comparing == 0 && told.Data?.StartsWith("Comparing", StringComparison.Ordinal) == true)
                comparing = Stopwatch.GetTimestamp();
            if (told.Data is { } line)
                Report.Say(line);
        };
        process.BeginErrorReadLine();
        output = process.StandardOutput.ReadToEndAsync();
    }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(began);

    /// <summary>Until everything was copied.</summary>
    public TimeSpan CopyTime => Stopwatch.GetElapsedTime(began, comparing);

    public int ExitCode => process.ExitCode;

    public double PeakRssMiB { get; private set; }

    public bool IsRunning => !process.HasExited;

    /// <summary>kill -9</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Waits for its end, or a moment while it runs.</summary>
    public async Task WatchAsync(CancellationToken cancellation)
    {
        try
        {
            var peak = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(l => l.StartsWith("VmHWM", StringComparison.Ordinal));
            if (peak is not null)
                PeakRssMiB = long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
        }
        catch (IOException)
        {
            // It has just ended.
        }

        await Task.WhenAny(process.WaitForExitAsync(cancellation), Task.Delay(20, cancellation));
    }

    /// <returns>What it says of each table.</returns>
    public async Task<IReadOnlyList<(long InFile, long InTarget, bool Equal)>> ReadTablesAsync() =>
        [.. Line().Matches(await output).Select(m => (Number(m.Groups[1].Value), Number(m.Groups[2].Value), m.Groups[3].Value == "equal"))];

    public void Dispose() => process.Dispose();

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\w+ +([\d,]+) +([\d,]+)  [0-9a-f]+ (equal|DIFFERS)", RegexOptions.Multiline)]
    private static partial Regex Line();
}
