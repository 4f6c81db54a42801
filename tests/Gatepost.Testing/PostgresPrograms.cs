using System.ComponentModel;
using System.Diagnostics;

namespace Gatepost.Testing;

/// <summary>PostgreSQL's own programs, run as a user that they accept: they refuse root.</summary>
internal static class PostgresPrograms
{
    private const int OldestVersion = 15;
    private const string DebianFolder = "/usr/lib/postgresql";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly Lazy<string> Bin = new(FindBin);

    public static string PathOf(string program) => Path.Combine(Bin.Value, program);

    /// <summary>Lets the programs write there.</summary>
    public static async Task GiveAsync(string folder)
    {
        if (Environment.IsPrivilegedProcess)
            await FinishAsync(new ProcessStartInfo("chown", ["postgres:", folder]));
    }

    /// <summary>Runs one of PostgreSQL's programs to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    public static Task RunAsync(string folder, string program, params string[] arguments) =>
        FinishAsync(Command(folder, [PathOf(program), .. arguments]));

    /// <summary>
    /// A command as the programs' user. In a session of its own a Ctrl+C at the terminal does not reach it: it ends when its starter
    /// says so. Both setsid and setpriv become the command, so the process that is started is the command's.
    /// </summary>
    public static ProcessStartInfo Command(string folder, IEnumerable<string> command)
    {
        string[] user = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] : [];
        var start = new ProcessStartInfo("setsid", [.. user, .. command]) { WorkingDirectory = folder };
        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(inherited);
        start.Environment["LC_ALL"] = "C.UTF-8";
        return start;
    }

    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"A private PostgreSQL server needs Linux with util-linux and coreutils: {e.Message}", e);
        }
    }

    private static async Task FinishAsync(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Start(start);
        using var patience = new CancellationTokenSource(Patience);
        var command = $"{start.FileName} {string.Join(' ', start.ArgumentList)}";
        try
        {
            var said = await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"This failed with code {process.ExitCode}: {command}\n{string.Concat(said)}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"This did not end within {Patience.TotalSeconds} s: {command}");
        }
    }

    private static string FindBin()
    {
        string[] packaged = Directory.Exists(DebianFolder) ? Directory.GetDirectories(DebianFolder) : [];
        var path = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];
        return packaged
            .Where(f => VersionOf(f) >= OldestVersion)
            .OrderByDescending(VersionOf)
            .Select(f => Path.Combine(f, "bin"))
            .Concat(path)
            .FirstOrDefault(bin => File.Exists(Path.Combine(bin, "postgres")) && File.Exists(Path.Combine(bin, "initdb")))
            ?? throw new InvalidOperationException(
                $"There is no PostgreSQL server {OldestVersion} or newer in {DebianFolder} or on the PATH. Run: make deps");
    }

    private static int VersionOf(string folder) => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0;
}
