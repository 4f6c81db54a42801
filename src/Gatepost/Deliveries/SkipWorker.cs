using System.Threading.Channels;
using Gatepost.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Deliveries;

/// <summary>Goes on skipping what waits for a webhook that was switched off, in batches that never hold the writer for long.</summary>
internal sealed partial class SkipWorker : BackgroundService
{
    private const int Batch = 1_000;
    private readonly Channel<long> webhooks = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleReader = true });
    private readonly IDeliveryQueue queue;
    private readonly ILogger<SkipWorker> logger;

    public SkipWorker(DeliveryLanes lanes, IDeliveryQueue queue, ILogger<SkipWorker> logger)
    {
        this.queue = queue;
        this.logger = logger;
        lanes.Changed += seq => webhooks.Writer.TryWrite(seq);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var webhook in webhooks.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
                await SkipAsync(webhook, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is skipped when it falls due.
        }
    }

    public async Task SkipAsync(long webhookSeq, CancellationToken cancellation)
    {
        try
        {
            while (await queue.SkipWaitingAsync(webhookSeq, Batch, cancellation).ConfigureAwait(false) == Batch)
            {
            }
        }
        catch (StorageUnavailableException e)
        {
            Log.NotSkipped(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting deliveries of a webhook that is off could not be skipped yet; they are skipped when they fall due")]
        public static partial void NotSkipped(ILogger logger, Exception e);
    }
}
