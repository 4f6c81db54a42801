using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Gatepost.Testing;

internal static class PostgresPort
{
    /// <summary>
    /// Free a moment ago, and below the ports that Linux gives to outgoing connections:
    /// one of those could take it while the server is stopped.
    /// </summary>
    public static int Take()
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var port = RandomNumberGenerator.GetInt32(12_000, 32_000);
            using var socket = new TcpListener(IPAddress.Loopback, port);
            try
            {
                socket.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next.
            }
        }

        throw new InvalidOperationException("There is no free port between 12000 and 32000 on 127.0.0.1.");
    }
}
