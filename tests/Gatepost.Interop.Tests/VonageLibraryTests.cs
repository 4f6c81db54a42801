using System.Security.Cryptography;
using System.Text;
using Gatepost.Providers;
using Gatepost.Testing.Signers;
using static Gatepost.Interop.Tests.SignedRequests;

namespace Gatepost.Interop.Tests;

/// <summary>npm @vonage/jwt</summary>
public sealed class VonageLibraryTests(OfficialLibraries libraries)
{
    private const string Body = """{"message_uuid":"u","channel":"sms","status":"delivered"}""";
    private static readonly object Claims = new
    {
        iss = "Vonage",
        api_key = Credentials.ApiKey,
        issued_at = Now.ToUnixTimeSeconds(),
        payload_hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Body))),
    };

    [Fact]
    public async Task Verify_SignedByUs_IsAccepted() =>
        (await AcceptsAsync(VonageSigner.Jwt(Secret, Credentials.ApiKey!, Encoding.UTF8.GetBytes(Body), Now))).ShouldBe((true, true));

    [Fact]
    public async Task Verify_ClaimsChanged_IsRefused()
    {
        var parts = VonageSigner.Jwt(Secret, Credentials.ApiKey!, Encoding.UTF8.GetBytes(Body), Now).Split('.');
        var other = VonageSigner.Jwt(Secret, Credentials.ApiKey!, "{}"u8, Now).Split('.');

        (await AcceptsAsync($"{parts[0]}.{other[1]}.{parts[2]}")).ShouldBe((false, false));
    }

    [Fact]
    public async Task Verify_SignedWithAnotherSecret_IsRefused() =>
        (await AcceptsAsync(VonageSigner.Jwt("another", Credentials.ApiKey!, Encoding.UTF8.GetBytes(Body), Now))).ShouldBe((false, false));

    [Fact]
    public async Task Sign_ByTheLibrary_WeAcceptForThatBodyAlone()
    {
        var token = await libraries.MakeAsync(new { library = "vonage", action = "sign", secret = Secret, claims = Claims });

        (await IsValidAsync("vonage", "vonage/sms", Request(token))).ShouldBeTrue();
        (await IsValidAsync("vonage", "vonage/sms", Request(token).WithBody(Body + " "))).ShouldBeFalse();
    }

    /// <summary>The library signs with RS256 what it sends. Webhooks come with HS256: a public key that was given as a secret must not open the door.</summary>
    [Fact]
    public async Task Generate_ByTheLibrary_WeRefuseItsAlgorithm()
    {
        using var key = RSA.Create(2_048);
        var token = await libraries.MakeAsync(new { library = "vonage", action = "generate", application = "app-1", privateKey = key.ExportPkcs8PrivateKeyPem(), claims = Claims });
        var credentials = Credentials with { Secrets = [key.ExportSubjectPublicKeyInfoPem()] };

        (await libraries.AcceptAsync("vonage", Request(token), credentials, Now)).ShouldBeTrue();
        (await IsValidAsync("vonage", "vonage/sms", Request(token), credentials)).ShouldBeFalse();
    }

    private static CallbackRequest Request(string token) => Post("https://hooks.example.test/x", Body, ("Authorization", $"Bearer {token}"), ("Content-Type", "application/json"));

    private async Task<(bool Theirs, bool Ours)> AcceptsAsync(string token) =>
        (await libraries.AcceptAsync("vonage", Request(token), Credentials, Now), await IsValidAsync("vonage", "vonage/sms", Request(token)));
}
