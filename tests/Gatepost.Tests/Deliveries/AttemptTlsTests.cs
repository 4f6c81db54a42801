using System.Net;
using System.Net.Sockets;
using Gatepost.Deliveries;
using Gatepost.Testing;
using Gatepost.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gatepost.Tests.Deliveries;

/// <summary>Receivers behind TLS, good and bad.</summary>
public sealed class AttemptTlsTests
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_SelfSignedCertificate_IsUntrustedAndSeesNoRequest()
    {
        using var certificate = new TestCertificate();
        await using var receiver = ChaosReceiver.Answering(certificate: certificate);
        using var egress = TestEgress.Loopback();

        (await SendAsync(egress, receiver.Url)).Outcome.ShouldBe(AttemptOutcome.TlsUntrusted);
        receiver.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_CertificateAmongTheExtraRoots_IsTrusted()
    {
        using var certificate = new TestCertificate();
        await using var receiver = ChaosReceiver.Answering(certificate: certificate);
        using var egress = TestEgress.Loopback(trusted: certificate);

        (await SendAsync(egress, receiver.Url)).Outcome.ShouldBe(AttemptOutcome.Succeeded);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_ExpiredCertificate_IsNamedSo(bool trusted)
    {
        using var certificate = new TestCertificate(years: 50);
        await using var receiver = ChaosReceiver.Answering(certificate: certificate);
        using var egress = TestEgress.Loopback(trusted ? certificate : null);

        var result = await SendAsync(egress, receiver.Url);

        result.Outcome.ShouldBe(AttemptOutcome.TlsExpired);
        result.Message!.ShouldContain("2020-01-01");
    }

    [Fact]
    public async Task Send_CertificateOfAnotherName_IsNamedSoEvenIfTrusted()
    {
        using var certificate = new TestCertificate("hooks.com");
        await using var receiver = ChaosReceiver.Answering(certificate: certificate);
        using var egress = TestEgress.Loopback(trusted: certificate);

        var result = await SendAsync(egress, receiver.Url);

        result.Outcome.ShouldBe(AttemptOutcome.TlsNameMismatch);
        result.Message!.ShouldContain("CN=hooks.com");
    }

    [Fact]
    public async Task Send_CertificateForAnotherPurpose_IsUntrusted()
    {
        using var certificate = new TestCertificate(purpose: CodeSigning);
        await using var receiver = ChaosReceiver.Answering(certificate: certificate);
        using var egress = TestEgress.Loopback(trusted: certificate);

        (await SendAsync(egress, receiver.Url)).Outcome.ShouldBe(AttemptOutcome.TlsUntrusted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_CertificateThatNamesWhereItsIssuerIs_FetchesNothing(bool extraRoots)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var certificate = new TestCertificate(issuerUrl: new Uri($"http://{listener.LocalEndpoint}/issuer.crt"));
        using var root = new TestCertificate();
        await using var receiver = ChaosReceiver.Answering(certificate: certificate);
        using var egress = TestEgress.Loopback(extraRoots ? root : null);

        (await SendAsync(egress, receiver.Url)).Outcome.ShouldBe(AttemptOutcome.TlsUntrusted);
        listener.Pending().ShouldBeFalse("the certificate's author chose where we connect to, past the guard");
    }

    [Fact]
    public async Task Send_TlsToAPlainHttpPort_IsAFailedHandshake()
    {
        await using var receiver = ChaosReceiver.Start(c => c.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"));
        using var egress = TestEgress.Loopback();

        (await SendAsync(egress, new UriBuilder(receiver.Url) { Scheme = "https" }.Uri)).Outcome.ShouldBe(AttemptOutcome.TlsHandshake);
    }

    [Fact]
    public async Task Send_HandshakeThatHangs_TimesOut()
    {
        await using var receiver = ChaosReceiver.NeverSpeaking();
        using var egress = TestEgress.Loopback();
        var sending = SendAsync(egress, new UriBuilder(receiver.Url) { Scheme = "https" }.Uri);
        await receiver.Stuck.Task.WaitAsync(Token);

        egress.Clock.Advance(TestEgress.Deadline);

        (await sending).Outcome.ShouldBe(AttemptOutcome.Timeout);
    }

    [Fact]
    public async Task Send_ReceiverOffersHttp2_UsesItAndTheBodyArrives()
    {
        using var certificate = new TestCertificate();
        using var egress = TestEgress.Loopback(trusted: certificate);
        var seen = new TaskCompletionSource<(string Protocol, long? Length, string? Type, byte[] Body)>();
        await using var server = await Http2ServerAsync(certificate, seen);

        var result = await SendAsync(egress, new UriBuilder(server.Urls.Single()) { Host = "localhost" }.Uri);

        result.Outcome.ShouldBe(AttemptOutcome.Succeeded);
        var (protocol, length, type, body) = await seen.Task;
        (protocol, length, type).ShouldBe(("HTTP/2", 2, "application/json"));
        body.ShouldBe("{}"u8.ToArray());
    }

    private static async Task<WebApplication> Http2ServerAsync(TestCertificate certificate, TaskCompletionSource<(string, long?, string?, byte[])> seen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l =>
        {
            l.Protocols = HttpProtocols.Http1AndHttp2;
            l.UseHttps(certificate.Load());
        }));
        var server = builder.Build();
        server.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            seen.SetResult((context.Request.Protocol, context.Request.ContentLength, context.Request.ContentType, body.ToArray()));
        });
        await server.StartAsync(Token);
        return server;
    }

    private static Task<AttemptResult> SendAsync(TestEgress egress, Uri url) =>
        egress.Sender.SendAsync(new DeliveryTarget(Guid.NewGuid(), url, null, []), "ticket.created", Guid.NewGuid(), "{}"u8.ToArray(), Token);
}
