using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Gatepost.Testing;

/// <summary>How long the files of a running process may get: what a full disk is to it. See prlimit(2) and RLIMIT_FSIZE.</summary>
internal static class FileQuota
{
    private const int FileSize = 1;

    /// <summary>Nothing can be written any more.</summary>
    public static void Exhaust(int process) => Set(process, _ => 0);

    /// <summary>As much as the hard limit lets.</summary>
    public static void Lift(int process) => Set(process, hard => hard);

    private static void Set(int process, Func<ulong, ulong> soft)
    {
        var limit = new ulong[2];
        Check(Limit(process, FileSize, null, limit));
        limit[0] = soft(limit[1]);
        Check(Limit(process, FileSize, limit, null));
    }

    private static void Check(int result)
    {
        if (result != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <param name="given">The soft limit, then the hard one.</param>
    [DllImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Limit(int process, int resource, [In] ulong[]? given, [Out] ulong[]? present);
}
