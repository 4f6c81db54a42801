using System.Diagnostics;
using Gatepost.Bench;
using Gatepost.Bench.Peers;

namespace Gatepost.Peers;

/// <summary>Carries out one order: publishes through the peer, without HTTP in between, for its time.</summary>
internal sealed class PeerRun(IPeer peer, PeerSetup setup, PeerOrder order)
{
    private readonly int idAt = EventId.Find(order.Body);
    private int published;
    private int acked;
    private int delivered;

    /// <returns>How many events were durable when the publisher's call returned.</returns>
    public async Task<int> RunAsync()
    {
        WebhookSender.Instance.Delivered = () => Interlocked.Increment(ref delivered);
        var until = Stopwatch.GetTimestamp() + (long)(order.Seconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, order.Clients).Select(_ => Task.Run(() => PublishAsync(until))));
        return acked;
    }

    private async Task PublishAsync(long until)
    {
        while (Stopwatch.GetTimestamp() < until)
        {
            if (Volatile.Read(ref published) - Volatile.Read(ref delivered) < order.Backlog)
                await PublishAsync();
            else
                await Task.Delay(5);
        }
    }

    private async Task PublishAsync()
    {
        var body = order.Body.AsSpan().ToArray();
        EventId.Write(body.AsSpan(idAt), order.Tag, Interlocked.Increment(ref published) - 1);
        await peer.EnqueueAsync(new WebhookDelivery(Guid.CreateVersion7(), setup.Url, body));
        Interlocked.Increment(ref acked);
    }
}
