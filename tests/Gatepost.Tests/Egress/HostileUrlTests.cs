using Gatepost.Deliveries;
using Gatepost.Egress;
using Gatepost.Testing;
using Gatepost.Webhooks;

namespace Gatepost.Tests.Egress;

/// <summary>Every hostile form of a URL against the real guard, handler and sender, beside a listener that must stay alone.</summary>
public sealed class HostileUrlTests
{
    private const string Public = "93.184.215.14";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(HostileUrls.Refused), MemberType = typeof(HostileUrls))]
    public async Task Check_HostileUrl_IsRefusedWithReason(string row, string url)
    {
        using var egress = TestEgress.Strict(new FakeResolver([Public]));

        var verdict = await egress.Guard.CheckAsync(url, Token);

        verdict.Url.ShouldBeNull(row);
        verdict.Reason.ShouldNotBeNullOrWhiteSpace();
    }

    [Theory]
    [MemberData(nameof(HostileUrls.RefusedOverHttp), MemberType = typeof(HostileUrls))]
    public async Task Check_HostileUrlWhereHttpIsAllowed_IsStillRefused(string row, string url)
    {
        using var egress = TestEgress.With(new FakeResolver([Public]), new EgressOptions { AllowHttp = true });

        (await egress.Guard.CheckAsync(url, Token)).Url.ShouldBeNull(row);
    }

    [Theory]
    [MemberData(nameof(HostileUrls.Accepted), MemberType = typeof(HostileUrls))]
    public async Task Check_PublicUrl_IsAcceptedInItsNormalForm(string row, string url, string normal)
    {
        using var egress = TestEgress.Strict(new FakeResolver([Public]));

        var verdict = await egress.Guard.CheckAsync(url, Token);

        verdict.Reason.ShouldBeNull(row);
        verdict.Url!.AbsoluteUri.ShouldBe(normal);
        (await egress.Guard.CheckAsync(normal, Token)).Url.ShouldBe(verdict.Url, "the normal form is accepted again, unchanged");
    }

    [Theory]
    [MemberData(nameof(HostileUrls.PrivateLater), MemberType = typeof(HostileUrls))]
    public async Task Send_NameThatTurnsPrivate_IsBlockedBeforeConnecting(string row, string host, string[] later)
    {
        await using var receiver = ChaosReceiver.Answering();
        using var egress = TestEgress.Strict(new FakeResolver([Public], later));
        var saved = await egress.Guard.CheckAsync($"https://{host}:{receiver.Port}/", Token);
        saved.Url.ShouldNotBeNull(row);

        var result = await SendAsync(egress, saved.Url);

        result.Outcome.ShouldBe(AttemptOutcome.BlockedAddress);
        result.Message!.ShouldContain(host);
        result.RemoteAddress.ShouldBeNull();
        receiver.Connections.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(HostileUrls.RefusedAsUri), MemberType = typeof(HostileUrls))]
    public async Task Send_HostileUrlThatNobodyChecked_NeverReachesLoopback(string row, string host)
    {
        await using var receiver = ChaosReceiver.Answering();
        using var egress = TestEgress.Strict(FakeResolver.ToLoopback());

        var result = await SendAsync(egress, new UriBuilder("http", host, receiver.Port).Uri);

        result.Outcome.ShouldBe(AttemptOutcome.BlockedAddress, row);
        receiver.Connections.ShouldBe(0);
    }

    private static Task<AttemptResult> SendAsync(TestEgress egress, Uri url) =>
        egress.Sender.SendAsync(new DeliveryTarget(Guid.NewGuid(), url, null, []), "ticket.created", Guid.NewGuid(), "{}"u8.ToArray(), Token);
}
