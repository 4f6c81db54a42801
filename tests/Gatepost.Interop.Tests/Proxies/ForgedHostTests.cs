using System.Net;
using Gatepost.Testing;

namespace Gatepost.Interop.Tests.Proxies;

/// <summary>Without a configured public address the request's own counts, and forwarded headers only from known proxies.</summary>
public sealed class ForgedHostTests : IDisposable
{
    private const string Stranger = "192.0.2.1";
    private readonly HttpClient client = new();

    public static TheoryData<string> Providers => NginxTests.Providers;

    public void Dispose() => client.Dispose();

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Receive_HostForwardedByAStranger_IsNotBelieved(string provider) =>
        (await SendAsync(provider, knownProxy: Stranger)).ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden);

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Receive_HostForwardedByAKnownProxy_IsBelieved(string provider) =>
        (await SendAsync(provider, knownProxy: "127.0.0.1")).ShouldBe(HttpStatusCode.OK);

    /// <summary>Straight to the server, signed over the host that is only in forwarded headers.</summary>
    private async Task<HttpStatusCode> SendAsync(string provider, string knownProxy)
    {
        await using var host = await GatepostHost.StartAsync(settings: new Dictionary<string, string?> { ["Gatepost:KnownProxies:0"] = knownProxy });
        var url = await ProxiedGatepost.NewCallbackUrlAsync(await host.NewOrganizationAsync(), provider);
        var signed = SignedCallback.Make(provider, new UriBuilder(url) { Scheme = "https", Host = "evil.example.test", Port = -1 }.Uri);
        (string, string)[] forwarded = [("X-Forwarded-Host", "evil.example.test"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", Stranger)];
        using var answer = await client.SendAsync(signed.To(url, forwarded));
        return answer.StatusCode;
    }
}
