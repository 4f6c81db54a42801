using Gatepost.Providers;
using Gatepost.Testing.Signers;
using static Gatepost.Interop.Tests.SignedRequests;

namespace Gatepost.Interop.Tests;

/// <summary>npm plivo</summary>
public sealed class PlivoLibraryTests(OfficialLibraries libraries)
{
    private const string Url = "https://hooks.example.test:8443/gatepost/callbacks/t/plivo/sms";
    private const string Nonce = "12345678901234567890";
    private static readonly (string, string)[] Fields = [("MessageUUID", "u-1"), ("Status", "delivered"), ("To", "15553334444"), ("Text", "50 % + 1 & more")];

    [Theory]
    [InlineData("X-Plivo-Signature-V2")]
    [InlineData("X-Plivo-Signature-Ma-V2")]
    public async Task Verify_V2ByUs_IsAccepted(string header) => (await AcceptAsync(V2(Url + "?messageId=msg-1001", header))).ShouldBe((true, true));

    [Fact]
    public async Task Verify_V2OfAnotherPath_IsRefused() => (await AcceptAsync(V2(Url) with { Url = Url + "/x" })).ShouldBe((false, false));

    [Theory]
    [InlineData("")]
    [InlineData("?a=1&b=2")]
    [InlineData("?messageId=msg-1001&note=a%20b+c%27")]
    public async Task Verify_V3ByUs_IsAccepted(string query) => (await AcceptAsync(V3(Url + query))).ShouldBe((true, true));

    [Fact]
    public async Task Verify_V3OfAnotherBody_IsRefused()
    {
        var request = V3(Url);

        (await AcceptAsync(request.WithBody(request.Text() + "&ErrorCode=200"))).ShouldBe((false, false));
    }

    private static CallbackRequest V2(string url, string header = "X-Plivo-Signature-V2") => Post(
        url, FormSigner.Encode(Fields), ("Content-Type", Form), (header, PlivoSigner.V2(Secret, url, Nonce)), ("X-Plivo-Signature-V2-Nonce", Nonce));

    private static CallbackRequest V3(string url) => Post(
        url, FormSigner.Encode(Fields), ("Content-Type", Form), ("X-Plivo-Signature-V3", PlivoSigner.V3(Secret, url, Nonce, Fields)), ("X-Plivo-Signature-V3-Nonce", Nonce));

    private async Task<(bool Theirs, bool Ours)> AcceptAsync(CallbackRequest request) =>
        (await libraries.AcceptAsync("plivo", request, Credentials, Now), await IsValidAsync("plivo", "plivo/sms", request));
}
