using System.Globalization;

namespace Gatepost.Bench.Peers;

/// <summary>What a process and its children have used, those that have ended too: PostgreSQL has a process per connection.</summary>
internal static class ProcessTreeCpu
{
    private const double TicksPerSecond = 100;

    /// <param name="id">Of the postmaster: its children have none of their own.</param>
    public static TimeSpan Of(int id)
    {
        var parent = Stat(id) ?? throw new InvalidOperationException($"There is no process {id}.");
        var ticks = parent.Own + parent.Ended;
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(entry), CultureInfo.InvariantCulture, out var child) && Stat(child) is { } stat && stat.Parent == id)
                ticks += stat.Own;
        }

        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>See proc_pid_stat(5); the name in brackets may hold anything, so the fields are counted from its last bracket.</summary>
    private static (int Parent, long Own, long Ended)? Stat(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            long Ticks(int at) => long.Parse(fields[at], CultureInfo.InvariantCulture) + long.Parse(fields[at + 1], CultureInfo.InvariantCulture);
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), Ticks(11), Ticks(13));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
