using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Storage.Sqlite;

/// <summary>
/// Moves the WAL into the file off the commit path: PASSIVE every 100 ms; past the bound a RESTART, which makes writers
/// start the WAL anew, so that a long reader cannot let it grow without end.
/// </summary>
internal sealed partial class SqliteCheckpointWorker(SqliteConnections connections, TimeProvider clock, ILogger<SqliteCheckpointWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private const long RestartAbovePages = 32_768; // 128 MiB of 4 KiB pages

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
                    if (Checkpoint(connection, "PASSIVE") > RestartAbovePages)
                        Checkpoint(connection, "RESTART");
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

    /// <returns>Pages in the WAL.</returns>
    private static long Checkpoint(SqliteConnection connection, string mode)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA wal_checkpoint({mode})";
        using var reader = command.ExecuteReader();
        return reader.Read() ? reader.GetInt64(1) : 0;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A checkpoint failed; the write-ahead log grows until one succeeds")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
