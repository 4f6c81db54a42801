using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Gatepost.Testing;

/// <summary>How a server is told to end: the numbers of the signals.</summary>
internal enum PostgresStop
{
    /// <summary>Ends the connections and writes a checkpoint, as <c>pg_ctl stop -m fast</c>.</summary>
    Fast = 2,

    /// <summary>Writes nothing more: the next start recovers from the WAL. As <c>pg_ctl stop -m immediate</c>.</summary>
    Immediate = 3,
}

/// <summary>One life of the server's process.</summary>
internal sealed class PostgresServer : IDisposable
{
    private const int KillSignal = 9;
    private const int PauseSignal = 19;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(5);
    private readonly PostgresFolder folder;
    private readonly Process process;

    private PostgresServer(PostgresFolder folder, Process process) => (this.folder, this.process) = (folder, process);

    public int Id => process.Id;

    public bool IsRunning => !process.HasExited;

    /// <summary>Returns when the server takes connections.</summary>
    public static async Task<PostgresServer> StartAsync(PostgresFolder folder, int port)
    {
        // The shell only sends the output to the log and becomes the server.
        var server = new PostgresServer(folder, PostgresPrograms.Start(PostgresPrograms.Command(
            folder.Root,
            [
                "/bin/sh", "-c", "exec \"$@\" </dev/null >>\"$0\" 2>&1", folder.Log,
                PostgresPrograms.PathOf("postgres"), "-D", folder.Data, "-k", folder.Root, "-h", "127.0.0.1", "-p", $"{port}",
            ])));
        try
        {
            await server.WaitAsync(server.IsReady, "start");
            return server;
        }
        catch
        {
            server.process.Kill();
            server.Dispose();
            throw;
        }
    }

    public async Task StopAsync(PostgresStop mode)
    {
        Send(process.Id, (int)mode);
        await WaitAsync(() => process.HasExited, "stop");
    }

    /// <summary>kill -9 for the server with all its processes: alone, it would leave backends that work on for a while.</summary>
    public async Task KillAsync()
    {
        Send(process.Id, PauseSignal);
        var all = (int[])[process.Id, .. ChildrenOf(process.Id)];
        foreach (var id in all)
            Send(id, KillSignal);
        await WaitAsync(() => process.HasExited && !all.Any(IsAlive), "die");
    }

    public void Dispose() => process.Dispose();

    private async Task WaitAsync(Func<bool> done, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!done())
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"The PostgreSQL server did not {what} within {Patience.TotalSeconds} s:\n{folder.ReadLog()}");
            await Task.Delay(Beat, TimeProvider.System);
        }
    }

    /// <summary>Reads what pg_ctl reads: the eighth line is the state. At first the file may be of an earlier life.</summary>
    private bool IsReady()
    {
        if (process.HasExited)
            throw new InvalidOperationException($"The PostgreSQL server ended at its start, with code {process.ExitCode}:\n{folder.ReadLog()}");
        try
        {
            return File.ReadAllLines(Path.Combine(folder.Data, "postmaster.pid")) is [var id, _, _, _, _, _, _, var state, ..]
                && id == process.Id.ToString(CultureInfo.InvariantCulture) && state.Trim() == "ready";
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static IEnumerable<int> ChildrenOf(int parent) =>
        from entry in Directory.EnumerateDirectories("/proc")
        let id = int.TryParse(Path.GetFileName(entry), CultureInfo.InvariantCulture, out var number) ? number : 0
        where id > 0 && Stat(id) is { } stat && stat.Parent == parent
        select id;

    private static bool IsAlive(int id) => Stat(id) is { State: not ("Z" or "X") };

    /// <summary>See proc_pid_stat(5): the name in brackets may hold anything, so what follows its last bracket counts.</summary>
    private static (string State, int Parent)? Stat(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void Send(int id, int signal)
    {
        const int noSuchProcess = 3;
        if (Signal(id, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not noSuchProcess)
            throw new Win32Exception(error);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);
}
