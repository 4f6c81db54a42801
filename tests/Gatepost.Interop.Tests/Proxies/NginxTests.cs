using System.Net;

namespace Gatepost.Interop.Tests.Proxies;

/// <summary>Callbacks that arrive through nginx: what is signed is the public URL, whatever the request says of its host.</summary>
public sealed class NginxTests(ProxiedGatepost gatepost) : IClassFixture<ProxiedGatepost>
{
    private const string Forged = "evil.example.test";

    public static TheoryData<string> Providers => ["twilio", "plivo v2", "plivo v3", "messagebird", "mandrill"];

    public static TheoryData<string> QuerySigners => ["twilio", "plivo v3", "messagebird", "mandrill"];

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Receive_SignedOverThePublicUrl_IsAccepted(string provider)
    {
        var url = await gatepost.NewCallbackUrlAsync(provider);

        url.AbsoluteUri.ShouldStartWith($"https://{ProxiedGatepost.Name}:{url.Port}/gatepost/callbacks/");
        (await gatepost.SendAsync(SignedCallback.Make(provider, url))).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Receive_SignedOverAForwardedForgedHost_IsRefused(string provider)
    {
        var url = await gatepost.NewCallbackUrlAsync(provider);
        var signed = SignedCallback.Make(provider, new UriBuilder(url) { Host = Forged, Port = -1 }.Uri);

        (await gatepost.SendAsync(signed.To(url, ("X-Forwarded-Host", Forged)))).ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Receive_ForgedHostButSignedOverThePublicUrl_IsAccepted(string provider)
    {
        var url = await gatepost.NewCallbackUrlAsync(provider);

        (await gatepost.SendAsync(SignedCallback.Make(provider, url).To(url, ("X-Forwarded-Host", Forged)))).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [MemberData(nameof(QuerySigners))]
    public async Task Receive_OtherQueryThanSigned_IsRefused(string provider)
    {
        var url = await gatepost.NewCallbackUrlAsync(provider);

        (await gatepost.SendAsync(SignedCallback.Make(provider, url).To(new Uri(url.AbsoluteUri + "&a=b")))).ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden);
    }
}
