using System.Net;
using System.Net.Sockets;

namespace Gatepost.Bench;

internal static class FreePorts
{
    // Below the ports that Linux gives to outgoing connections: one of those could take it while a server is down.
    private const int First = 10_000;
    private const int End = 32_000;

    /// <summary>Ports that were free a moment ago: all are held until the last is known, so that they differ.</summary>
    public static int[] Take(int count)
    {
        var listeners = new List<TcpListener>();
        try
        {
            while (listeners.Count < count)
                listeners.Add(Listen());
            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(l => l.Dispose());
        }
    }

    private static TcpListener Listen()
    {
        for (var tries = 0; ; tries++)
        {
            var listener = new TcpListener(IPAddress.Any, Random.Shared.Next(First, End));
            try
            {
                listener.Start();
                return listener;
            }
            catch (SocketException) when (tries < 100)
            {
                // Taken: the next.
                listener.Dispose();
            }
        }
    }
}
