using System.Globalization;
using Dapper;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>The days of the attempts: made some days ahead, dropped as a whole when all in them is too old.</summary>
internal static class PostgresPartitions
{
    private const string Prefix = "attempts_";
    private const int DaysAhead = 3;

    // Beside a long reader, such as a backup, whoever records attempts waits behind us: the next hour is as good.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(300);

    /// <summary>Makes the partitions of today and the next days where they are missing.</summary>
    public static void MakeAhead(NpgsqlConnection connection, DateTimeOffset now) =>
        Make(connection, Enumerable.Range(0, DaysAhead + 1).Select(days => now.UtcDateTime.Date.AddDays(days)));

    /// <summary>Makes the partitions of these days, in UTC, where they are missing.</summary>
    public static void Make(NpgsqlConnection connection, IEnumerable<DateTime> days)
    {
        var known = List(connection);
        foreach (var day in days.Where(day => !known.Contains(day)))
            Make(connection, day);
    }

    /// <summary>Drops the days that ended before then. Needs the table for a moment: give up on the lock timeout, and try again later.</summary>
    /// <returns>How many.</returns>
    public static int Drop(NpgsqlConnection connection, DateTimeOffset before)
    {
        var old = List(connection).Where(day => day.AddDays(1) <= before.UtcDateTime && !IsInUse(connection, day)).ToList();
        if (old.Count > 0)
            connection.Execute($"SET LOCAL lock_timeout = '{LongestWait.TotalMilliseconds}ms'");
        foreach (var day in old)
            connection.Execute($"DROP TABLE {NameOf(day)}");
        return old.Count;
    }

    // The log of a delivery that still waits stays whole.
    private static bool IsInUse(NpgsqlConnection connection, DateTime day) => connection.ExecuteScalar<bool>(
        $"""
        SELECT EXISTS (SELECT 1 FROM deliveries d JOIN {NameOf(day)} a ON a.delivery_seq = d.seq WHERE d.waiting_at IS NOT NULL AND d.crash_count = 0)
          OR EXISTS (SELECT 1 FROM deliveries d JOIN {NameOf(day)} a ON a.delivery_seq = d.seq WHERE d.waiting_at IS NOT NULL AND d.crash_count > 0)
          OR EXISTS (SELECT 1 FROM claimed_deliveries d JOIN {NameOf(day)} a ON a.delivery_seq = d.seq)
        """);

    private static void Make(NpgsqlConnection connection, DateTime day)
    {
        // Asked for by its key alone, and dropped as a whole: there is little to learn from analysing it, and nothing to vacuum.
        // Where rows of that day came before it was made, they lie in the default partition: there the whole day stays, and the transaction goes on.
        connection.Execute(
            $"""
            DO $$ BEGIN
              CREATE TABLE IF NOT EXISTS {NameOf(day)} PARTITION OF attempts FOR VALUES FROM ({Milliseconds(day)}) TO ({Milliseconds(day.AddDays(1))})
              WITH (autovacuum_analyze_scale_factor = 2, autovacuum_vacuum_insert_threshold = -1);
            EXCEPTION WHEN check_violation THEN NULL;
            END $$
            """);
    }

    private static HashSet<DateTime> List(NpgsqlConnection connection) => connection.Query<string>(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'attempts'::regclass")
        .Select(name => DateTime.TryParseExact(name[Prefix.Length..], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var day) ? day : (DateTime?)null)
        .OfType<DateTime>().ToHashSet();

    private static string NameOf(DateTime day) => Prefix + day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string Milliseconds(DateTime day) => new DateTimeOffset(day, TimeSpan.Zero).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
