using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Storage.Sqlite;

/// <summary>Forgets every five seconds the handovers of which nothing is under way any more.</summary>
internal sealed partial class SqliteHandoverWorker(SqliteEpochStore epochs, TimeProvider clock, ILogger<SqliteHandoverWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
                await TryForgetAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the epoch store forgets them all.
        }
    }

    private async Task TryForgetAsync(CancellationToken cancellation)
    {
        try
        {
            await epochs.ForgetHandoversAsync(cancellation).ConfigureAwait(false);
        }
        catch (StorageUnavailableException e)
        {
            Log.NotForgotten(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Handovers could not be forgotten; it is tried again")]
        public static partial void NotForgotten(ILogger logger, Exception e);
    }
}
