using System.Diagnostics;

namespace Gatepost.Testing;

/// <summary>
/// The folder of one private server: its data, its log, its socket. A guard, a shell that waits for the end of its input, ends the
/// server and deletes the folder; the input ends with this object, or with this process however that dies.
/// PR_SET_PDEATHSIG would not do: it tells of the end of the thread that started the child, and a pool's threads end early.
/// </summary>
internal sealed class PostgresFolder : IAsyncDisposable
{
    // All of PostgreSQL's programs work in the folder or in its data, initdb too. SIGQUIT lets a server give back its shared memory.
    private const string GuardScript = """
        read -r _
        cd /
        end_all() {
          found=1
          for process in /proc/[0-9]*; do
            if [ "$process/cwd" -ef "$folder" ] || [ "$process/cwd" -ef "$folder/data" ]; then
              found=0
              kill "-$1" "${process#/proc/}" 2>/dev/null
            fi
          done
          return $found
        }
        folder=$0 tries=0 signal=QUIT
        while [ $tries -lt 100 ] && end_all $signal; do
          tries=$((tries + 1))
          if [ $tries = 50 ]; then signal=KILL; fi
          sleep 0.1
        done
        # A server that was killed still has the segment whose key and id it wrote down here.
        segment=$(sed -n '7s/.* //p' "$folder/data/postmaster.pid" 2>/dev/null)
        if [ -n "$segment" ]; then ipcrm -m "$segment" 2>/dev/null; fi
        rm -rf "$folder"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process guard;

    private PostgresFolder(string path)
    {
        Root = path;
        var start = PostgresPrograms.Command(path, ["/bin/sh", "-c", GuardScript, path]);
        start.RedirectStandardInput = true;
        guard = PostgresPrograms.Start(start);
    }

    /// <summary>Holds the socket too.</summary>
    public string Root { get; }

    public string Data => Path.Combine(Root, "data");

    public string Log => Path.Combine(Root, "log");

    public static async Task<PostgresFolder> CreateAsync(string parent)
    {
        var path = Path.Combine(Path.GetFullPath(parent), $"gatepost-pg-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(path);
        await PostgresPrograms.GiveAsync(path);
        return new PostgresFolder(path);
    }

    /// <summary>The last lines of the server's log, for error messages.</summary>
    public string ReadLog() => File.Exists(Log) ? string.Join('\n', File.ReadLines(Log).TakeLast(40)) : "(there is no log yet)";

    public async ValueTask DisposeAsync()
    {
        guard.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        await guard.WaitForExitAsync(patience.Token);
        guard.Dispose();
    }
}
