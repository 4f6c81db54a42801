using System.Net;
using System.Net.Sockets;

namespace Gatepost.Testing;

/// <summary>A port on loopback that answers no SYN, as behind a firewall that drops: its queue of unaccepted connections is full.</summary>
internal sealed class SilentListener : IDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> fill = [];

    private SilentListener(string address)
    {
        listener.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        listener.Listen(0);
        for (var i = 0; i < 8; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            fill.Add(socket);
            try
            {
                socket.Connect(listener.LocalEndPoint!);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // On its way, or already one too many.
            }
        }
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public static SilentListener Start(string address = "127.0.0.1") => new(address);

    public void Dispose()
    {
        fill.ForEach(s => s.Dispose());
        listener.Dispose();
    }
}
