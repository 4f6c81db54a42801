using System.Diagnostics;
using System.Net;

namespace Gatepost.Bench.Callbacks;

/// <summary>Sends prepared requests and takes the times of their answers.</summary>
internal sealed class CallbackClient(IPEndPoint server)
{
    private const int Clients = 256;

    /// <summary>Each client sends the next request as soon as it has its answer, over and over until the time is up.</summary>
    /// <returns>Answers per second.</returns>
    public async Task<double> RepeatAsync(byte[][] requests, TimeSpan duration, CancellationToken cancellation)
    {
        var (began, next) = (Stopwatch.GetTimestamp(), 0);
        await RunAsync(async connection =>
        {
            while (Stopwatch.GetElapsedTime(began) < duration)
                await SendAsync(connection, requests[(Interlocked.Increment(ref next) - 1) % requests.Length], cancellation);
        });
        return next / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>The same, with each request once.</summary>
    /// <returns>Answers per second.</returns>
    public async Task<double> SendAllAsync(byte[][] requests, CancellationToken cancellation)
    {
        var (began, next) = (Stopwatch.GetTimestamp(), 0);
        await RunAsync(async connection =>
        {
            for (int i; (i = Interlocked.Increment(ref next) - 1) < requests.Length;)
                await SendAsync(connection, requests[i], cancellation);
        });
        return requests.Length / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>An open loop at a fixed rate: a request's time runs from when it was to be sent, unless only our own timer was late.</summary>
    public async Task<Percentiles> PaceAsync(byte[][] requests, double perSecond, CancellationToken cancellation)
    {
        var (began, step, next) = (Stopwatch.GetTimestamp(), Stopwatch.Frequency / perSecond, 0);
        var times = new long[requests.Length];
        await RunAsync(async connection =>
        {
            for (int i; (i = Interlocked.Increment(ref next) - 1) < requests.Length;)
            {
                var due = await LoadClient.DueAsync(began + (long)(i * step), cancellation);
                await SendAsync(connection, requests[i], cancellation);
                times[i] = Stopwatch.GetTimestamp() - due;
            }
        });
        return new Percentiles(times);
    }

    private async Task RunAsync(Func<HttpConnection, Task> client) => await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
    {
        using var connection = new HttpConnection(server);
        await client(connection);
    })));

    private static async ValueTask SendAsync(HttpConnection connection, byte[] request, CancellationToken cancellation)
    {
        var status = await connection.SendAsync(request, cancellation);
        if (status != 200)
            throw new InvalidOperationException($"A callback was answered {status}: {connection.LastBody}");
    }
}
