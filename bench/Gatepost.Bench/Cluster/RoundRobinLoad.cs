using System.Diagnostics;
using System.Net.Sockets;

namespace Gatepost.Bench.Cluster;

/// <summary>
/// Publishers behind a balancer: each event goes to the next node, and again with the same id to another one until it is
/// acknowledged. An event whose publisher never heard of it does not count.
/// </summary>
internal sealed class RoundRobinLoad(IReadOnlyList<ClusterNode> nodes, IReadOnlyList<EventTemplate> templates, Ledger ledger)
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly long OutFor = Stopwatch.Frequency / 2;

    private int turn;
    private int retries;
    private long clockFrom = long.MaxValue;
    private long firstAck;

    /// <summary>Requests that were sent again: no connection, no answer in time, or an answer of 500 and more.</summary>
    public int Retries => Volatile.Read(ref retries);

    /// <summary>When the first event was acknowledged of those sent after <see cref="StartClock"/>; 0: none yet.</summary>
    public long FirstAck => Volatile.Read(ref firstAck);

    /// <summary>Each lane has a server of its own, see <see cref="NodeGroup.StartApartAsync"/>: no other takes its events.</summary>
    public bool IsApart { get; init; }

    public void StartClock() => Volatile.Write(ref clockFrom, Stopwatch.GetTimestamp());

    /// <summary>Each client publishes again as soon as it has its answer.</summary>
    public async Task PublishAsync(int clients, TimeSpan duration, CancellationToken cancellation)
    {
        var until = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        await RunAsync(clients, _ => ValueTask.FromResult(Stopwatch.GetTimestamp() < until), cancellation);
    }

    /// <summary>A constant rate until it is stopped; what is under way then is still brought to its end.</summary>
    public async Task PaceAsync(int clients, double perSecond, CancellationToken stop, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var step = Stopwatch.Frequency / perSecond;
        await RunAsync(clients, DueAsync, cancellation);

        async ValueTask<bool> DueAsync(int place)
        {
            try
            {
                await LoadClient.DueAsync(start + (long)(place * step), stop);
                return !stop.IsCancellationRequested;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    private async Task RunAsync(int clients, Func<int, ValueTask<bool>> goesOn, CancellationToken cancellation)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(
            async () =>
            {
                using var client = new Client(nodes, templates);
                while (await goesOn(Interlocked.Increment(ref next) - 1))
                    await SendAsync(client, cancellation);
            },
            cancellation)));
    }

    private async Task SendAsync(Client client, CancellationToken cancellation)
    {
        var now = Stopwatch.GetTimestamp();
        var number = ledger.Publish(now);
        var lane = number % templates.Count;
        var request = client.Buffers[lane];
        templates[lane].WriteId(request, 0, ledger.Tag, number);
        while (!await TryAsync(client, IsApart ? lane % nodes.Count : Choose(), request, cancellation))
        {
            Interlocked.Increment(ref retries);
            await Task.Delay(Pause, cancellation);
        }

        ledger.Ack(number, Stopwatch.GetTimestamp());
    }

    private async Task<bool> TryAsync(Client client, int place, byte[] request, CancellationToken cancellation)
    {
        var sent = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(AnswerPatience);
        try
        {
            var status = await client.Connections[place].SendAsync(request, patience.Token);
            if (status is 200 or 202)
            {
                if (sent >= Volatile.Read(ref clockFrom))
                    Interlocked.CompareExchange(ref firstAck, Stopwatch.GetTimestamp(), 0);
                nodes[place].OutUntil = 0;
                return true;
            }

            if (status < 500)
                throw new InvalidOperationException($"Publishing was answered {status}: {client.Connections[place].LastBody}");
            if (status != 503)
                Report.Say($"publishing was answered {status}: {client.Connections[place].LastBody}");
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            // No answer: to the balancer the node is out for a moment.
        }

        nodes[place].OutUntil = Stopwatch.GetTimestamp() + OutFor;
        return false;
    }

    // A node that was out gets one request as a probe: else all publishers would wait for one that is paused, and publish nothing.
    private int Choose()
    {
        var now = Stopwatch.GetTimestamp();
        var first = (Interlocked.Increment(ref turn) & int.MaxValue) % nodes.Count;
        for (var i = 0; i < nodes.Count; i++)
        {
            var place = (first + i) % nodes.Count;
            if (nodes[place].OutUntil is not 0 and var until)
            {
                if (until > now)
                    continue;
                nodes[place].OutUntil = now + (long)(AnswerPatience.TotalSeconds * Stopwatch.Frequency);
            }

            return place;
        }

        return first;
    }

    /// <summary>One connection to each node, and a request for each lane.</summary>
    private sealed class Client(IReadOnlyList<ClusterNode> nodes, IReadOnlyList<EventTemplate> templates) : IDisposable
    {
        public HttpConnection[] Connections { get; } = [.. nodes.Select(n => new HttpConnection(n.Settings.Address))];

        public byte[][] Buffers { get; } = [.. templates.Select(t => t.NewBuffer())];

        public void Dispose() => Array.ForEach(Connections, c => c.Dispose());
    }
}
