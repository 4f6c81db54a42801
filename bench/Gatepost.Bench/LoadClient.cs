using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gatepost.Bench;

/// <summary>Publishes events over <c>POST /v1/events</c> and writes down what was acknowledged.</summary>
internal sealed class LoadClient(IPEndPoint server, Ledger ledger)
{
    /// <summary><see cref="PublishAsync"/> waits while this many events are published and not received.</summary>
    public int Backlog { get; set; } = int.MaxValue;

    /// <summary>Each client publishes again as soon as it has its answer.</summary>
    public async Task PublishAsync(EventTemplate template, int clients, TimeSpan duration, CancellationToken cancellation)
    {
        var until = Stopwatch.GetTimestamp() + Ticks(duration);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => LoopAsync(template, until, cancellation), cancellation)));
    }

    /// <summary>An open loop at a fixed rate: an event's time runs from when it was to be sent, unless only our own timer was late.</summary>
    public async Task PaceAsync(EventTemplate template, int clients, double perSecond, TimeSpan duration, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var step = Stopwatch.Frequency / perSecond;
        var count = (long)(perSecond * duration.TotalSeconds);
        long next = 0;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(
            async () =>
            {
                using var connection = new HttpConnection(server);
                var buffer = template.NewBuffer();
                for (long place; (place = Interlocked.Increment(ref next) - 1) < count;)
                    await SendAsync(connection, template, buffer, await DueAsync(start + (long)(place * step), cancellation), cancellation);
            },
            cancellation)));
    }

    /// <summary>Publishes through the server's deaths until cancelled: what got no answer is not acknowledged and not sent again.</summary>
    public async Task PublishThroughCrashesAsync(EventTemplate template, TimeSpan pause, CancellationToken stop)
    {
        using var connection = new HttpConnection(server);
        var buffer = template.NewBuffer();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await SendAsync(connection, template, buffer, Stopwatch.GetTimestamp(), stop);
                await Task.Delay(pause, stop);
            }
            catch (SocketException)
            {
                await Task.Delay(10, stop).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            catch (OperationCanceledException)
            {
                // The end of the run: an event under way stays unacknowledged.
            }
        }
    }

    /// <summary>All events of the template in one request. One at a time per ledger: the batch's numbers follow each other.</summary>
    public async Task PublishBatchAsync(EventTemplate template, CancellationToken cancellation)
    {
        using var connection = new HttpConnection(server);
        await SendAsync(connection, template, template.NewBuffer(), Stopwatch.GetTimestamp(), cancellation);
    }

    private async Task LoopAsync(EventTemplate template, long until, CancellationToken cancellation)
    {
        using var connection = new HttpConnection(server);
        var buffer = template.NewBuffer();
        for (long now; (now = Stopwatch.GetTimestamp()) < until;)
        {
            if (ledger.Published - ledger.Received < Backlog)
                await SendAsync(connection, template, buffer, now, cancellation);
            else
                await Task.Delay(5, cancellation);
        }
    }

    private async ValueTask SendAsync(HttpConnection connection, EventTemplate template, byte[] buffer, long now, CancellationToken cancellation)
    {
        var first = 0;
        for (var i = 0; i < template.Events; i++)
        {
            var number = ledger.Publish(now);
            first = i == 0 ? number : first;
            template.WriteId(buffer, i, ledger.Tag, number);
        }

        var status = await connection.SendAsync(buffer, cancellation);
        if (status is not (200 or 202))
            throw new InvalidOperationException($"Publishing was answered {status}: {connection.LastBody}");
        var acked = Stopwatch.GetTimestamp();
        for (var i = 0; i < template.Events; i++)
            ledger.Ack(first + i, acked);
    }

    public static async ValueTask<long> DueAsync(long due, CancellationToken cancellation)
    {
        var wait = due - Stopwatch.GetTimestamp();
        if (wait <= 0)
            return due;
        await Task.Delay(TimeSpan.FromSeconds(Percentiles.Seconds(wait)), cancellation);
        return Stopwatch.GetTimestamp();
    }

    private static long Ticks(TimeSpan duration) => (long)(duration.TotalSeconds * Stopwatch.Frequency);
}
