using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gatepost.Server.Tests.Api;

/// <summary>Bodies above the limits: the client hears so.</summary>
public sealed class LargeBodyTests : HostTests
{
    // More than the sockets between the two hold: such a client reads nothing before it has sent all.
    [Theory]
    [InlineData("/v1/tickets")]
    [InlineData("/v1/events/batch")]
    public async Task Post_TooLargeByAClientThatSendsAllFirst_IsAnswered413(string path)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Host.Address.Host, Host.Address.Port);
        await using var wire = socket.GetStream();
        var body = new byte[40 * 1024 * 1024];
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\nHost: {Host.Address.Authority}\r\nAuthorization: Bearer {User.Key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");

        await wire.WriteAsync(Encoding.ASCII.GetBytes(head));
        await wire.WriteAsync(body);

        using var answer = new StreamReader(wire, Encoding.ASCII);
        (await answer.ReadLineAsync()).ShouldBe("HTTP/1.1 413 Payload Too Large");
    }
}
