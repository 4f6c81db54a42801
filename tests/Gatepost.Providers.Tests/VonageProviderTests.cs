using System.Security.Cryptography;
using System.Text;
using Gatepost.Providers.Vonage;

namespace Gatepost.Providers.Tests;

public sealed class VonageProviderTests
{
    private static readonly VonageProvider Vonage = new();
    private static readonly long Now = MessagingRequests.Now.ToUnixTimeSeconds();

    [Fact]
    public void CheckCredentials_Nothing_NamesBoth() => Vonage.Faults(new ProviderCredentials()).ShouldBe(["secrets", "signatureMethod"]);

    [Fact]
    public void CheckCredentials_UnknownMethod_NamesIt() =>
        Vonage.Faults(new ProviderCredentials { Secrets = ["a"], SignatureMethod = "sha3" }).ShouldBe(["signatureMethod"]);

    [Fact]
    public void CheckCredentials_ApiKeyWithoutMethod_IsEnoughForTheMessagesApi() =>
        Vonage.Faults(new ProviderCredentials { Secrets = ["a"], ApiKey = "k" }).ShouldBeEmpty();

    [Theory]
    [InlineData("old")]
    [InlineData("new")]
    public void Verify_EitherSecretOfARotation_IsValid(string secret) => Verify(Json($"&messageId=1&timestamp={Now}", secret), "old", "new").ShouldBeTrue();

    [Fact]
    public void Verify_SignedWithAnEmptySecret_IsRefused() => Verify(Json($"&messageId=1&timestamp={Now}", ""), "").ShouldBeFalse();

    [Fact]
    public void Verify_NoMethod_IsRefused() =>
        Vonage.Verify(Post($$"""{"timestamp":"{{Now}}","sig":"00"}"""), new ProviderCredentials { Secrets = ["a"] }).IsValid.ShouldBeFalse();

    /// <summary>The signed text of {a:1, b:2} is also that of {"a=1&amp;b": 2}.</summary>
    [Theory]
    [InlineData("""{"messageId=1&timestamp":"NOW","sig":"SIG"}""")]
    [InlineData("""{"messageId":"1","messageId":"1","timestamp":"NOW","sig":"SIG"}""")]
    [InlineData("""{"messageId":{"a":1},"timestamp":"NOW","sig":"SIG"}""")]
    [InlineData("""{"messageId":"\ud83d","timestamp":"NOW","sig":"SIG"}""")]
    [InlineData("""["messageId"]""")]
    [InlineData("")]
    public void Verify_ParametersThatReadInTwoWays_AreRefused(string body)
    {
        var signature = Sign($"&messageId=1&timestamp={Now}", "a");

        Verify(Post(body.Replace("NOW", $"{Now}", StringComparison.Ordinal).Replace("SIG", signature, StringComparison.Ordinal)), "a").ShouldBeFalse();
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    public void Verify_OddTimestamp_IsRefused(string timestamp) => Verify(Post(
        $$"""{"messageId":"1","timestamp":"{{timestamp}}","sig":"{{Sign($"&messageId=1&timestamp={timestamp}", "a")}}"}"""), "a").ShouldBeFalse();

    [Fact]
    public void Verify_NullMember_CountsAsAbsent()
    {
        var signature = Sign($"&messageId=1&timestamp={Now}", "a");

        Verify(Post($$"""{"messageId":"1","client-ref":null,"timestamp":{{Now}},"sig":"{{signature}}"}"""), "a").ShouldBeTrue();
    }

    [Fact]
    public void Verify_Nonce_MustBeRememberedAsLongAsItPasses()
    {
        var text = $"&messageId=1&nonce=n&timestamp={Now}";
        var request = Post($$"""{"messageId":"1","nonce":"n","timestamp":{{Now}},"sig":"{{Sign(text, "a")}}"}""");

        var guard = Vonage.Verify(request, Credentials("a") with { MaxAgeSeconds = 200_000 }).Replay.ShouldNotBeNull();

        guard.Key.ShouldContain("n");
        guard.Keep.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(400_000));
    }

    [Theory]
    [InlineData("Stop ", 2)]
    [InlineData("Stop sending me wrong bills", 1)]
    public void Parse_StopAlone_IsAnOptOut(string text, int events) =>
        Vonage.Parse(Post($$"""{"messageId":"1","msisdn":"447700900001","text":"{{text}}"}""")).Events.Count.ShouldBe(events);

    [Fact]
    public void Parse_InboundOfTheMessagesApi_IsRead()
    {
        var request = MessagingRequests.Post(
            """{"message_uuid":"u","channel":"whatsapp","from":"447700900001","to":"447700900000","message_type":"image","image":{"url":"https://x/1.jpg","caption":"broken"}}""",
            ("Authorization", "Bearer x"));

        var message = Vonage.Parse(request).Events.Single();

        message.Text.ShouldBe("broken");
        message.Media.Single().Url.ShouldBe("https://x/1.jpg");
    }

    [Fact]
    public void Parse_VersionBeforeOne_IsRead() => Vonage.Parse(MessagingRequests.Post(
        """{"message_uuid":"u","to":{"type":"sms","number":"447700900001"},"status":"rejected","error":{"code":1300,"reason":"x"}}""", ("Authorization", "Bearer x")))
        .Events.Single().ErrorCode.ShouldBe("1300");

    private static CallbackRequest Post(string body) => MessagingRequests.Post(body, ("Content-Type", "application/json"));

    private static CallbackRequest Json(string signed, string secret) => Post($$"""{"messageId":"1","timestamp":"{{Now}}","sig":"{{Sign(signed, secret)}}"}""");

    private static string Sign(string text, string secret) => Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));

    private static bool Verify(CallbackRequest request, params string[] secrets) => Vonage.Verify(request, Credentials(secrets)).IsValid;

    private static ProviderCredentials Credentials(params string[] secrets) => new() { Secrets = secrets, SignatureMethod = "sha256" };
}
