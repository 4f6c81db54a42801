using System.Diagnostics;

namespace Gatepost.Testing;

/// <summary>How a standby comes to follow a server.</summary>
internal static class PostgresReplication
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);

    public static async Task CopyAsync(PostgresCluster primary, PostgresFolder standby, string name)
    {
        var source = $"host=127.0.0.1 port={primary.Port} user=postgres application_name={name}";
        await PostgresPrograms.RunAsync(
            standby.Root, "pg_basebackup", "-D", standby.Data, "-d", source, "--write-recovery-conf", "--checkpoint=fast", "--no-sync");
        // Else a promoted standby would wait for the standby that it was itself.
        await File.AppendAllTextAsync(Path.Combine(standby.Data, "postgresql.auto.conf"), "synchronous_standby_names = ''\n");
    }

    /// <summary>Returns when what is committed on the primary from now on goes to the standby; with synchronous, not without it.</summary>
    public static async Task FollowAsync(PostgresCluster primary, PostgresCluster standby, string name, bool synchronous)
    {
        if (synchronous)
        {
            await primary.ExecuteAsync($"ALTER SYSTEM SET synchronous_standby_names = '{name}'");
            await primary.ExecuteAsync("ALTER SYSTEM SET synchronous_commit = 'on'");
            await primary.ExecuteAsync("SELECT pg_reload_conf()");
        }

        var state = synchronous ? "streaming sync" : "streaming async";
        var question = $"SELECT state || ' ' || sync_state FROM pg_stat_replication WHERE application_name = '{name}'";
        var began = Stopwatch.GetTimestamp();
        while (await primary.QueryAsync(question) is var answer && answer as string != state)
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"{name} is '{answer}', not '{state}' after {Patience.TotalSeconds} s:\n{standby.ReadLog()}");
            await Task.Delay(Beat, TimeProvider.System);
        }

        // It is the checkpointer that tells the others to wait for the standby, when it has read the new settings: before its next work.
        if (synchronous)
            await primary.ExecuteAsync("CHECKPOINT");
    }
}
