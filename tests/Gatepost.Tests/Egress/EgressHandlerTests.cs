using System.Net;
using System.Net.Sockets;
using Gatepost.Deliveries;
using Gatepost.Egress;
using Gatepost.Testing;
using Gatepost.Webhooks;

namespace Gatepost.Tests.Egress;

public sealed class EgressHandlerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Build_Handler_HasNoWayAroundTheGuard()
    {
        using var egress = TestEgress.Loopback();
        using var handler = egress.Handler.Build(new CertificatePolicy(null));

        handler.UseProxy.ShouldBeFalse("HTTP_PROXY and its like are honoured by default, and a proxy hides the address");
        handler.AllowAutoRedirect.ShouldBeFalse();
        handler.UseCookies.ShouldBeFalse();
        handler.ConnectCallback.ShouldNotBeNull();
        handler.AutomaticDecompression.ShouldBe(DecompressionMethods.None);
        handler.PooledConnectionLifetime.ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(2), "a pooled connection outlives a change of the name");
    }

    [Fact]
    public async Task Send_RequestForHttp3_IsMadeOverHttp2OrLess()
    {
        await using var receiver = ChaosReceiver.Answering();
        using var egress = TestEgress.Loopback();
        using var request = new EgressRequest(HttpMethod.Post, receiver.Url) { Version = HttpVersion.Version30, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await egress.Handler.SendAsync(request, Token);

        request.Version.ShouldBe(HttpVersion.Version20);
        request.VersionPolicy.ShouldBe(HttpVersionPolicy.RequestVersionOrLower, "\"or higher\" follows an Alt-Svc header to HTTP/3");
        receiver.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Send_NewConnection_ResolvesOnceAndDialsWhatWasChecked()
    {
        await using var receiver = ChaosReceiver.Answering();
        using var egress = Allowing("127.0.0.1", new FakeResolver(["127.0.0.1"], ["10.0.0.1"]));

        var result = await SendAsync(egress, receiver);

        result.Outcome.ShouldBe(AttemptOutcome.Succeeded);
        result.RemoteAddress.ShouldBe("127.0.0.1");
        egress.Resolver.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Send_PooledConnection_StaysOnTheCheckedAddress()
    {
        await using var receiver = ChaosReceiver.Answering();
        using var egress = Allowing("127.0.0.1", new FakeResolver(["127.0.0.1"], ["10.0.0.1"]));
        await SendAsync(egress, receiver);

        var second = await SendAsync(egress, receiver);

        second.Outcome.ShouldBe(AttemptOutcome.Succeeded);
        second.RemoteAddress.ShouldBe("127.0.0.1");
        (receiver.Connections, receiver.Requests.Count, egress.Resolver.Asked.Count).ShouldBe((1, 2, 1));
    }

    [Theory]
    [InlineData("127.0.0.2", "127.0.0.1")] // refuses
    [InlineData("::1", "127.0.0.1")] // of a family that nothing listens on, or that this machine lacks
    public async Task Send_FirstAddressDead_TriesTheNext(string dead, string alive)
    {
        await using var receiver = ChaosReceiver.Answering();
        using var egress = Allowing("127.0.0.0/8", new FakeResolver([dead, alive]), "::1");

        var result = await SendAsync(egress, receiver);

        result.Outcome.ShouldBe(AttemptOutcome.Succeeded);
        result.RemoteAddress.ShouldBe(alive);
    }

    [Fact]
    public async Task Send_FirstAddressSilent_TriesTheNextAfterItsShareOfTheTime()
    {
        using var silent = SilentListener.Start("127.0.0.3");
        await using var receiver = ChaosReceiver.Answering();
        using var egress = Allowing("127.0.0.0/8", new FakeResolver(["127.0.0.3", "127.0.0.1"]));
        var sending = SendAsync(egress, new Uri($"http://localhost:{silent.Port}/"));
        await egress.Clock.TimerOf(TimeSpan.FromSeconds(2.5)).WaitAsync(Token);

        egress.Clock.Advance(TimeSpan.FromSeconds(2.5));

        // Nothing listens there on the silent listener's port: what counts is that it was asked.
        (await sending).Outcome.ShouldBe(AttemptOutcome.ConnectionRefused);
        (await sending).RemoteAddress.ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task Send_OneOfSeveralAddressesDenied_DialsNone()
    {
        await using var receiver = ChaosReceiver.Answering();
        using var egress = Allowing("127.0.0.1", new FakeResolver(["127.0.0.1", "10.0.0.1"]));

        var result = await SendAsync(egress, receiver);

        result.Outcome.ShouldBe(AttemptOutcome.BlockedAddress);
        result.Message!.ShouldContain("10.0.0.1");
        receiver.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task Send_MappedAddressThatIsAllowed_IsDialledAsIPv4()
    {
        await using var receiver = ChaosReceiver.Answering();
        using var egress = Allowing("127.0.0.1", new FakeResolver(["::ffff:127.0.0.1"]));

        (await SendAsync(egress, receiver)).RemoteAddress.ShouldBe("127.0.0.1");
    }

    [Theory]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("0.0.0.0")]
    [InlineData("[::]")]
    public async Task Send_LiteralInTheUrl_IsBlockedWithoutTheResolver(string host)
    {
        await using var receiver = ChaosReceiver.Answering();
        using var egress = TestEgress.Strict(FakeResolver.ToLoopback());

        var result = await SendAsync(egress, new Uri($"http://{host}:{receiver.Port}/"));

        result.Outcome.ShouldBe(AttemptOutcome.BlockedAddress);
        (egress.Resolver.Asked.Count, receiver.Connections).ShouldBe((0, 0));
    }

    [Theory]
    [InlineData(SocketError.HostNotFound)]
    [InlineData(SocketError.TryAgain)]
    public async Task Send_NameThatDoesNotResolve_IsADnsFailure(SocketError error)
    {
        using var egress = TestEgress.Strict(new FakeResolver { Fails = error });

        (await SendAsync(egress, new Uri("https://hooks.com/"))).Outcome.ShouldBe(AttemptOutcome.DnsFailure);
    }

    [Fact]
    public async Task Send_NameWithoutAddresses_IsADnsFailure()
    {
        using var egress = TestEgress.Strict(new FakeResolver([[]]));

        (await SendAsync(egress, new Uri("https://hooks.com/"))).Outcome.ShouldBe(AttemptOutcome.DnsFailure);
    }

    private static TestEgress Allowing(string network, FakeResolver resolver, params string[] more) =>
        TestEgress.With(resolver, new EgressOptions { AllowedNetworks = [network, .. more], AllowHttp = true });

    private static Task<AttemptResult> SendAsync(TestEgress egress, ChaosReceiver receiver) => SendAsync(egress, receiver.Url);

    private static Task<AttemptResult> SendAsync(TestEgress egress, Uri url) =>
        egress.Sender.SendAsync(new DeliveryTarget(Guid.NewGuid(), url, null, []), "ticket.created", Guid.NewGuid(), "{}"u8.ToArray(), Token);
}
