using Gatepost.Providers;
using Gatepost.Testing.Signers;
using static Gatepost.Interop.Tests.SignedRequests;

namespace Gatepost.Interop.Tests;

/// <summary>npm messagebird</summary>
public sealed class MessagebirdLibraryTests(OfficialLibraries libraries)
{
    private const string Url = "https://hooks.example.test:8443/x?status=delivered&id=%C3%A9";
    private const string Body = """{"originator":"Müller"}""";
    private static readonly string Timestamp = $"{Now.ToUnixTimeSeconds()}";

    [Theory]
    [InlineData("HS256", Body)]
    [InlineData("HS384", Body)]
    [InlineData("HS512", "")]
    public async Task Verify_JwtByUs_IsAccepted(string algorithm, string body) => (await AcceptAsync(Jwt(algorithm, body))).ShouldBe((true, true));

    [Fact]
    public async Task Verify_JwtOfAnotherBody_IsRefused() => (await AcceptAsync(Jwt("HS256", Body).WithBody("{}"))).ShouldBe((false, false));

    [Fact]
    public async Task Verify_JwtOfAnotherUrl_IsRefused() => (await AcceptAsync(Jwt("HS256", Body) with { Url = Url + "&a=b" })).ShouldBe((false, false));

    [Fact]
    public async Task Verify_JwtTooOld_IsRefused()
    {
        var request = Jwt("HS256", Body, Now.AddMinutes(-2));

        (await AcceptAsync(request)).ShouldBe((false, false));
    }

    [Theory]
    [InlineData(Body)]
    [InlineData("")]
    public async Task Sign_LegacyByTheLibrary_WeAcceptAndMakeTheSame(string body)
    {
        var signature = await libraries.MakeAsync(new { library = "messagebird", action = "sign", secret = Secret, url = Url, timestamp = Timestamp, body });
        var request = Post(Url, body, ("MessageBird-Signature", signature), ("MessageBird-Request-Timestamp", Timestamp));

        (await AcceptAsync(request)).ShouldBe((true, true));
        (await AcceptAsync(request.WithBody(body + " "))).ShouldBe((false, false));
        MessagebirdSigner.Legacy(Secret, Timestamp, "id=%C3%A9&status=delivered", request.Body.Span).ShouldBe(signature);
    }

    private static CallbackRequest Jwt(string algorithm, string body, DateTimeOffset? now = null) =>
        Post(Url, body, ("MessageBird-Signature-JWT", MessagebirdSigner.Jwt(Secret, Url, System.Text.Encoding.UTF8.GetBytes(body), now ?? Now, algorithm)));

    private async Task<(bool Theirs, bool Ours)> AcceptAsync(CallbackRequest request) =>
        (await libraries.AcceptAsync("messagebird", request, Credentials, Now), await IsValidAsync("messagebird", "messagebird/sms", request));
}
