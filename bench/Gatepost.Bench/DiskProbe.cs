using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatepost.Bench;

/// <summary>How long this disk takes to make 4 KiB durable, the way a commit does.</summary>
internal static class DiskProbe
{
    private const int Writes = 500;

    public static Percentiles Fdatasync(string folder)
    {
        var path = Path.Combine(folder, "fdatasync.probe");
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        var block = new byte[4_096];
        var times = new long[Writes];
        for (var i = 0; i < Writes; i++)
        {
            var began = Stopwatch.GetTimestamp();
            // Appended like a log, wrapping after 64 blocks as a log that is reused does.
            RandomAccess.Write(file, block, i % 64 * block.Length);
            if (Fdatasync(file) != 0)
                throw new IOException($"fdatasync failed: {Marshal.GetLastPInvokeError()}");
            times[i] = Stopwatch.GetTimestamp() - began;
        }

        return new Percentiles(times);
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static extern int Fdatasync(SafeFileHandle file);
}
