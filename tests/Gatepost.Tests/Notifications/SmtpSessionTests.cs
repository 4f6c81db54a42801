using System.Net;
using System.Net.Sockets;
using Gatepost.Notifications;

namespace Gatepost.Tests.Notifications;

public sealed class SmtpSessionTests
{
    [Theory]
    [InlineData((int)SmtpSecurity.None)]
    [InlineData((int)SmtpSecurity.StartTls)]
    [InlineData((int)SmtpSecurity.Tls)]
    public async Task Connect_SilentServer_EndsWhenTold(int mode)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var options = new SmtpOptions { Host = "127.0.0.1", Port = ((IPEndPoint)server.LocalEndpoint).Port, Security = (SmtpSecurity)mode };
        using var session = new SmtpSession(options, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var connecting = session.ConnectAsync(stop.Token);
        using var accepted = await server.AcceptSocketAsync(TestContext.Current.CancellationToken);
        if (options.Security == SmtpSecurity.Tls)
            await accepted.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken); // it is in its handshake
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(connecting.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken));
    }
}
