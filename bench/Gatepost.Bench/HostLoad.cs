using System.Diagnostics;
using System.Globalization;

namespace Gatepost.Bench;

/// <summary>How many cores other programs kept busy during a run: where that is much, its figures say little.</summary>
internal sealed class HostLoad(Func<TimeSpan> ours)
{
    private const double TicksPerSecond = 100;

    private readonly long began = Stopwatch.GetTimestamp();
    private readonly double busyBefore = Busy();
    private readonly TimeSpan oursBefore = ours();

    public double ForeignCores =>
        Math.Max(0, Busy() - busyBefore - (ours() - oursBefore).TotalSeconds) / Stopwatch.GetElapsedTime(began).TotalSeconds;

    // user, nice, system, idle, iowait, irq, softirq; idle and iowait are not work.
    private static double Busy() => File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Skip(1).Take(7).Where((_, i) => i is not (3 or 4)).Sum(t => long.Parse(t, CultureInfo.InvariantCulture)) / TicksPerSecond;
}
