using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Storage.Sqlite;

/// <summary>
/// Moves the WAL into the file off the commit path: PASSIVE every 100 ms; past the bound a RESTART, which makes writers
/// start the WAL anew, so that readers who take turns cannot let it grow without end. A RESTART holds the writer while it waits for
/// readers, so it waits a moment only: one long reader, such as a backup, makes the WAL longer and the writes no slower.
/// </summary>
internal sealed partial class SqliteCheckpointWorker(SqliteConnections connections, TimeProvider clock, ILogger<SqliteCheckpointWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AfterBusyRestart = TimeSpan.FromSeconds(5);
    private const long RestartAbovePages = 32_768; // 128 MiB of 4 KiB pages
    private DateTimeOffset restartFrom;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        SqliteConnection? connection = null;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                try
                {
                    connection ??= connections.OpenCheckpointer();
                    CheckpointOnce(connection);
                }
                catch (SqliteException e)
                {
                    Log.Failed(logger, e);
                    connection?.Dispose();
                    connection = null;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the last connection to close checkpoints what is left.
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private void CheckpointOnce(SqliteConnection connection)
    {
        var (_, pages) = Checkpoint(connection, "PASSIVE");
        var now = clock.GetUtcNow();
        if (pages > RestartAbovePages && now >= restartFrom && Checkpoint(connection, "RESTART").Busy)
            restartFrom = now + AfterBusyRestart;
    }

    /// <returns>Whether a reader or the writer was in the way, and the pages in the WAL.</returns>
    private static (bool Busy, long Pages) Checkpoint(SqliteConnection connection, string mode)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA wal_checkpoint({mode})";
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetBoolean(0), reader.GetInt64(1)) : default;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A checkpoint failed; the write-ahead log grows until one succeeds")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
