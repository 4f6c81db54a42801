using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Gatepost.Server.Bins;

/// <summary>One request that a bin took.</summary>
/// <param name="Body">At most 64 KiB, as text.</param>
internal sealed record BinRequest(
    DateTimeOffset ReceivedAt, string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body, bool BodyTruncated);

/// <summary>Bins in memory, bounded in number and size; the oldest bin and the oldest request go first.</summary>
internal sealed class RequestBins
{
    public const int MaxBody = 64 * 1024;
    private const int MaxRequests = 100;
    private const int MaxBins = 100;
    private readonly ConcurrentDictionary<string, Bin> bins = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> order = new();

    public string Create()
    {
        var token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        bins[token] = new Bin();
        order.Enqueue(token);
        while (bins.Count > MaxBins && order.TryDequeue(out var oldest))
            bins.TryRemove(oldest, out _);
        return token;
    }

    public bool Exists(string token) => bins.ContainsKey(token);

    public bool Add(string token, BinRequest request)
    {
        if (!bins.TryGetValue(token, out var bin))
            return false;
        lock (bin)
        {
            if (bin.Requests.Count == MaxRequests)
                bin.Requests.RemoveFirst();
            bin.Requests.AddLast(request);
        }

        return true;
    }

    /// <returns>Newest first; null when there is no such bin.</returns>
    public IReadOnlyList<BinRequest>? Read(string token)
    {
        if (!bins.TryGetValue(token, out var bin))
            return null;
        lock (bin)
            return [.. bin.Requests.Reverse()];
    }

    private sealed class Bin
    {
        public LinkedList<BinRequest> Requests { get; } = new();
    }
}
