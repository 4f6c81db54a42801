using System.Security.Cryptography;
using System.Text;
using Gatepost.Deliveries;
using Gatepost.Signing;
using Gatepost.Testing;
using Gatepost.Webhooks;

namespace Gatepost.Tests.Deliveries;

/// <summary>What goes over the wire.</summary>
public sealed class AttemptRequestTests : IDisposable
{
    private static readonly Guid Delivery = new("01936d5e-0000-7000-8000-000000000001");
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"subject":"Grüße 🎫","n":1.0}""");
    private readonly TestEgress egress = TestEgress.Loopback();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => egress.Dispose();

    [Fact]
    public async Task Send_AnyDelivery_CarriesTheContractsHeadersAndNoOthers()
    {
        await using var receiver = ChaosReceiver.Answering();

        await SendAsync(receiver);

        var lines = receiver.Requests.Single().Head.TrimEnd().Split("\r\n");
        lines[0].ShouldBe("POST /hook HTTP/1.1");
        lines[1..].ShouldBe(
            [
                $"Host: localhost:{receiver.Port}", lines.Single(l => l.StartsWith("User-Agent: Gatepost/", StringComparison.Ordinal)),
                "X-Webhook-Event: ticket.created", $"X-Webhook-Delivery: {Delivery}", "Content-Type: application/json", $"Content-Length: {Body.Length}",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task Send_Body_ArrivesByteForByteOnEveryAttempt()
    {
        await using var receiver = ChaosReceiver.Answering(500);

        await SendAsync(receiver);
        await SendAsync(receiver);

        receiver.Requests.ShouldAllBe(r => r.Body.SequenceEqual(Body));
        receiver.Requests.Select(r => r.Head).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Send_WithSecret_SignsTheRawBody()
    {
        await using var receiver = ChaosReceiver.Answering();

        await SendAsync(receiver, secret: "a secret with ünïcode");

        var expected = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("a secret with ünïcode"), receiver.Requests.Single().Body));
        receiver.Requests.Single().Header("X-Webhook-Signature").ShouldBe([expected]);
    }

    [Theory]
    [InlineData("Authorization", "Bearer abc")]
    [InlineData("X-Tenant", "a\tb c")]
    [InlineData("Accept-Encoding", "gzip")]
    [InlineData("Expires", "0")] // these three are content headers to .NET, which would drop them silently
    [InlineData("Allow", "POST")]
    [InlineData("Last-Modified", "yesterday")]
    public async Task Send_CustomHeader_ArrivesAsItWasSaved(string name, string value)
    {
        await using var receiver = ChaosReceiver.Answering();

        await SendAsync(receiver, headers: new KeyValuePair<string, string>(name, value));

        receiver.Requests.Single().Header(name).ShouldBe([value]);
    }

    [Fact]
    public async Task Send_CookieInTheAnswer_IsNotSentBack()
    {
        await using var receiver = ChaosReceiver.Answering(headers: "Set-Cookie: a=b; Path=/\r\n");

        await SendAsync(receiver);
        await SendAsync(receiver);

        receiver.Requests.ShouldAllBe(r => r.Header("Cookie").Count == 0);
    }

    [Fact]
    public async Task Send_KeptAliveConnectionClosedUnderTheRequest_IsNotSentAgain()
    {
        await using var receiver = ChaosReceiver.ClosingOnTheSecondRequest();
        (await SendAsync(receiver)).Outcome.ShouldBe(AttemptOutcome.Succeeded);

        var second = await SendAsync(receiver);

        second.Outcome.ShouldBeOneOf(AttemptOutcome.ResponseEnded, AttemptOutcome.ConnectionReset);
        (receiver.Connections, receiver.Requests.Count).ShouldBe((1, 2));
    }

    [Fact]
    public async Task OneShotContent_WrittenTwice_Refuses()
    {
        using var content = new OneShotContent(Body);
        await content.CopyToAsync(Stream.Null, Token);

        await Should.ThrowAsync<Exception>(() => content.CopyToAsync(Stream.Null, Token));
    }

    private Task<AttemptResult> SendAsync(ChaosReceiver receiver, string? secret = null, params IReadOnlyList<KeyValuePair<string, string>> headers) =>
        egress.Sender.SendAsync(
            new DeliveryTarget(Guid.NewGuid(), receiver.Url, secret is null ? null : new WebhookSigner(Encoding.UTF8.GetBytes(secret)), headers), "ticket.created", Delivery, Body, Token);
}
