using System.Diagnostics;
using Gatepost.Bench;
using Gatepost.Bench.Peers;

namespace Gatepost.Peers;

/// <summary>Carries out one order: publishes through the peer for its time, then waits for the rest.</summary>
internal sealed class PeerRun(IPeer peer, PeerOrder order) : IDisposable
{
    private readonly SemaphoreSlim room = new(order.Backlog);
    private readonly int idAt = EventId.Find(order.Body);
    private readonly long began = Stopwatch.GetTimestamp();
    private int published;
    private int acked;
    private int delivered;
    private long lastDelivery;

    public async Task<PeerResult> RunAsync()
    {
        WebhookSender.Instance.Reset(order.Secret);
        WebhookSender.Instance.Delivered = Delivered;
        var cpuBefore = Environment.CpuUsage.TotalTime;
        var until = began + Ticks(order.Seconds);
        await Task.WhenAll(Enumerable.Range(0, order.Clients).Select(_ => Task.Run(() => PublishAsync(until))));
        await WaitForRestAsync(Stopwatch.GetTimestamp() + Ticks(order.PatienceSeconds));
        // What the peer writes down after the last delivery is part of what the deliveries cost.
        await Task.Delay(500);
        return new PeerResult(
            acked,
            delivered,
            WebhookSender.Instance.Failed,
            (Environment.CpuUsage.TotalTime - cpuBefore).TotalSeconds,
            Stopwatch.GetElapsedTime(began, Interlocked.Read(ref lastDelivery)).TotalSeconds);
    }

    public void Dispose() => room.Dispose();

    private async Task PublishAsync(long until)
    {
        while (Stopwatch.GetTimestamp() < until)
        {
            if (!await room.WaitAsync(50))
                continue;
            var body = order.Body.AsSpan().ToArray();
            EventId.Write(body.AsSpan(idAt), order.Tag, Interlocked.Increment(ref published) - 1);
            await peer.EnqueueAsync(new WebhookDelivery(Guid.CreateVersion7(), order.Url, body));
            Interlocked.Increment(ref acked);
        }
    }

    private async Task WaitForRestAsync(long until)
    {
        while (Volatile.Read(ref delivered) < acked && Stopwatch.GetTimestamp() < until)
            await Task.Delay(10);
    }

    private void Delivered()
    {
        Interlocked.Exchange(ref lastDelivery, Stopwatch.GetTimestamp());
        Interlocked.Increment(ref delivered);
        room.Release();
    }

    private static long Ticks(double seconds) => (long)(seconds * Stopwatch.Frequency);
}
