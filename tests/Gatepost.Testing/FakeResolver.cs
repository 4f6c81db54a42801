using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Gatepost.Egress;

namespace Gatepost.Testing;

/// <summary>Answers the same for every name, one set of addresses per question; the last set is repeated. Counts the questions.</summary>
internal sealed class FakeResolver(params string[][] answers) : INameResolver
{
    private readonly ConcurrentQueue<string> asked = [];

    public IReadOnlyCollection<string> Asked => asked;

    /// <summary>Instead of answers: the name is unknown, or whatever the resolver says.</summary>
    public SocketError? Fails { get; init; }

    /// <summary>Never answers.</summary>
    public bool Hangs { get; init; }

    /// <summary>Everything is on this machine.</summary>
    public static FakeResolver ToLoopback() => new(["127.0.0.1"]);

    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        asked.Enqueue(host);
        if (Fails is { } error)
            throw new SocketException((int)error);
        if (Hangs)
            await new TaskCompletionSource().Task;
        return [.. answers[Math.Min(asked.Count, answers.Length) - 1].Select(IPAddress.Parse)];
    }
}
