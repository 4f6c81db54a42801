using System.Security.Cryptography;
using System.Text;
using Gatepost.Providers.Messagebird;
using Gatepost.Testing.Signers;

namespace Gatepost.Providers.Tests;

public sealed class MessagebirdProviderTests
{
    private const string Url = "https://hooks.example.com/x";
    private static readonly MessagebirdProvider Messagebird = new();
    private static readonly long Now = MessagingRequests.Now.ToUnixTimeSeconds();

    [Fact]
    public void CheckCredentials_Nothing_NamesSecrets() => Messagebird.Faults(new ProviderCredentials()).ShouldBe(["secrets"]);

    [Fact]
    public void CheckCredentials_BrokenStandardSecret_NamesIt() =>
        Messagebird.Faults(new ProviderCredentials { Secrets = ["plain", "whsec_!", "whsec_"] }).ShouldBe(["secrets[1]", "secrets[2]"]);

    [Theory]
    [InlineData("old")]
    [InlineData("new")]
    public void Verify_EitherSecretOfARotation_IsValid(string secret) => Verify(Jwt(Claims(), secret), "old", "new").ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Verify_SignedWithAnEmptySecret_IsRefused(string secret) => Verify(Jwt(Claims(), secret), secret).ShouldBeFalse();

    [Fact]
    public void Verify_StandardSecretWithoutAKey_IsRefused()
    {
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Array.Empty<byte>(), Encoding.UTF8.GetBytes($"m.{Now}.{{}}")));
        var request = MessagingRequests.Post("{}", ("webhook-id", "m"), ("webhook-timestamp", $"{Now}"), ("webhook-signature", $"v1,{signature}"));

        Messagebird.Verify(request, new ProviderCredentials { Secrets = ["whsec_"] }).IsValid.ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"alg":"HS256","crit":["exp"]}""")]
    [InlineData("""{"alg":"hs256"}""")]
    [InlineData("""{"alg":"\ud83d"}""")]
    [InlineData("""[]""")]
    public void Verify_HeaderThatIsNotAllowed_IsRefused(string header) => Verify(Jwt(Claims(), "a", header), "a").ShouldBeFalse();

    [Theory]
    [InlineData("1e3")]
    [InlineData("\"1\"")]
    [InlineData("99999999999999999999")]
    [InlineData("-9223372036854775808")]
    public void Verify_OddExpiry_IsRefused(string expiry) => Verify(Jwt(Claims(expiry), "a"), "a").ShouldBeFalse();

    [Fact]
    public void Verify_NoLimitOnAge_StillRefusesAnExpiredToken() => Messagebird.Verify(
        Jwt(Claims($"{Now - 60}"), "a"), new ProviderCredentials { Secrets = ["a"], MaxAgeSeconds = int.MaxValue }).IsValid.ShouldBeFalse();

    /// <summary>The token covers the body, but a header that it does not cover must not change how the body is read.</summary>
    [Fact]
    public void Parse_JwtWithAStandardHeaderAdded_ReadsAsVerified()
    {
        var request = MessagingRequests.Post("", ("MessageBird-Signature-JWT", "x"), ("webhook-signature", "v1,x")) with { Url = $"{Url}?id=1&status=sent" };

        Messagebird.Parse(request).Events.Single().ProviderStatus.ShouldBe("sent");
    }

    private static bool Verify(CallbackRequest request, params string[] secrets) => Messagebird.Verify(request, new ProviderCredentials { Secrets = secrets }).IsValid;

    private static string Claims(string? expiry = null) =>
        $$"""{"iss":"MessageBird","nbf":{{Now - 1}},"exp":{{expiry ?? $"{Now + 60}"}},"jti":"1","url_hash":"{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Url)))}}"}""";

    private static CallbackRequest Jwt(string claims, string secret, string header = """{"alg":"HS256"}""") =>
        MessagingRequests.Post("", ("MessageBird-Signature-JWT", JwtSigner.Sign(secret, claims, header, "HS256")));
}
