using Gatepost.Deliveries;
using Gatepost.Storage;
using Microsoft.Extensions.Hosting;

namespace Gatepost.Telemetry;

/// <summary>What cannot be counted as it happens: read every few seconds, shown by gauges in between.</summary>
internal sealed class QueueGauges : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly IStorageStatus status;
    private readonly TimeProvider clock;
    private QueueStatus last = new(0, null, 0, 0, null);

    public QueueGauges(IStorageStatus status, DeliveryLanes lanes, ShardMap shards, TimeProvider clock)
    {
        (this.status, this.clock) = (status, clock);
        var meter = GatepostMeter.Instance;
        meter.CreateObservableGauge("gatepost.delivery.pending", () => last.Pending, "{delivery}", "Deliveries that wait in the database, due now or later.");
        meter.CreateObservableGauge("gatepost.delivery.held", () => lanes.Held, "{delivery}", "Deliveries in memory, next to be sent.");
        meter.CreateObservableGauge("gatepost.delivery.in_flight", () => lanes.InFlight, "{attempt}", "Attempts started and not written down yet.");
        meter.CreateObservableGauge("gatepost.delivery.oldest_due.age", () => Age(last.OldestDue), "s", "Age of the oldest delivery that is due and waits in the database.");
        meter.CreateObservableGauge("gatepost.node.shards", () => shards.Owned, "{shard}", "Shards whose webhooks this node sends for; one node alone has all 64.");
        meter.CreateObservableGauge("gatepost.callback.unprocessed", () => last.Unprocessed, "{callback}", "Callbacks that wait for their processing.");
        meter.CreateObservableGauge("gatepost.callback.oldest_unprocessed.age", () => Age(last.OldestUnprocessed), "s", "Age of the oldest callback that waits for its processing.");
        meter.CreateObservableGauge("gatepost.webhook.disabled", () => last.DisabledWebhooks, "{webhook}", "Webhooks that the system switched off.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                await ReadOnceAsync(stoppingToken).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    public async Task ReadOnceAsync(CancellationToken cancellation)
    {
        try
        {
            last = await status.ReadAsync(clock.GetUtcNow(), cancellation).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            // The last known queue only ages: its oldest delivery goes on waiting, and the gauge shows it.
        }
    }

    private double Age(DateTimeOffset? since) => since is { } at ? Math.Max(0, (clock.GetUtcNow() - at).TotalSeconds) : 0;
}
