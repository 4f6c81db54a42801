using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gatepost.Bench.Callbacks;

/// <summary>Rows of the requests' size, 256 to a transaction, each durable as the server's are: one table, no index, nothing else.</summary>
internal static class CommitCeiling
{
    private const int Group = 256;

    /// <returns>Rows per second.</returns>
    public static double Measure(string folder, byte[][] requests, TimeSpan duration)
    {
        var path = Path.Combine(folder, "ceiling.db");
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            connection.Open();
            Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE rows (seq INTEGER PRIMARY KEY, request BLOB NOT NULL)");
            return Fill(connection.Handle!, requests, duration);
        }
        finally
        {
            foreach (var file in Directory.GetFiles(folder, "ceiling.db*"))
                File.Delete(file);
        }
    }

    private static double Fill(sqlite3 database, byte[][] requests, TimeSpan duration)
    {
        Check(raw.sqlite3_prepare_v2(database, "BEGIN IMMEDIATE", out var begin), raw.SQLITE_OK);
        Check(raw.sqlite3_prepare_v2(database, "INSERT INTO rows (request) VALUES (?)", out var insert), raw.SQLITE_OK);
        Check(raw.sqlite3_prepare_v2(database, "COMMIT", out var commit), raw.SQLITE_OK);
        using (begin)
        using (insert)
        using (commit)
        {
            var (began, rows) = (Stopwatch.GetTimestamp(), 0);
            while (Stopwatch.GetElapsedTime(began) < duration)
            {
                Step(begin);
                for (var i = 0; i < Group; i++)
                {
                    Check(raw.sqlite3_bind_blob(insert, 1, requests[rows++ % requests.Length]), raw.SQLITE_OK);
                    Step(insert);
                }

                Step(commit);
            }

            return rows / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
    }

    private static void Step(sqlite3_stmt statement)
    {
        Check(raw.sqlite3_step(statement), raw.SQLITE_DONE);
        Check(raw.sqlite3_reset(statement), raw.SQLITE_OK);
    }

    private static void Check(int code, int expected)
    {
        if (code != expected)
            throw new IOException($"SQLite answered {code}.");
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
