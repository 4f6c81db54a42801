using System.Security.Cryptography;
using System.Text;
using Gatepost.Providers.Meta;

namespace Gatepost.Providers.Tests;

public sealed class MetaProviderTests
{
    private static readonly MetaProvider Meta = new();

    [Fact]
    public void CheckCredentials_Nothing_NamesBoth() => Meta.Faults(new ProviderCredentials()).ShouldBe(["secrets", "verifyToken"]);

    [Fact]
    public void CheckCredentials_EmptySecret_NamesIt() =>
        Meta.Faults(new ProviderCredentials { Secrets = ["a", " "], VerifyToken = "t" }).ShouldBe(["secrets[1]"]);

    [Theory]
    [InlineData("old")]
    [InlineData("new")]
    public void Verify_EitherSecretOfARotation_IsValid(string secret) =>
        Meta.Verify(Signed("{}", secret), new ProviderCredentials { Secrets = ["old", "new"] }).IsValid.ShouldBeTrue();

    [Fact]
    public void Verify_SignedWithAnEmptySecret_IsRefused() =>
        Meta.Verify(Signed("{}", ""), new ProviderCredentials { Secrets = [""] }).Answer.Status.ShouldBe(403);

    [Fact]
    public void Verify_NoSecrets_IsRefused() => Meta.Verify(Signed("{}", "a"), new ProviderCredentials()).Answer.Status.ShouldBe(403);

    [Fact]
    public void Verify_HandshakeWithoutAToken_IsRefused() =>
        Meta.Verify(MessagingRequests.Get("https://x/?hub.mode=subscribe&hub.challenge=1&hub.verify_token="), new ProviderCredentials { VerifyToken = "" }).IsValid.ShouldBeFalse();

    [Fact]
    public void Verify_Handshake_MustNotBeTakenForHtml() =>
        Meta.Verify(MessagingRequests.Get("https://x/?hub.mode=subscribe&hub.challenge=1&hub.verify_token=t"), new ProviderCredentials { VerifyToken = "t" })
            .Answer.Headers["X-Content-Type-Options"].ShouldBe("nosniff");

    [Fact]
    public void Parse_OddElementsInABatch_DoNotHideTheOthers()
    {
        var parsed = Meta.Parse(MessagingRequests.Post(
            """{"object":"whatsapp_business_account","entry":[7,{"changes":[null,{"field":"messages","value":{"statuses":[1,{"id":"w1","status":"sent","timestamp":"x"}]}}]}]}"""));

        parsed.Events.Single(e => e.ProviderMessageId == "w1").OccurredAt.ShouldBeNull();
    }

    [Fact]
    public void Parse_SameStatusInAnotherBatch_HasTheSameKey()
    {
        const string Status = """{"id":"w1","status":"read","timestamp":"1","recipient_id":"491"}""";
        const string Form = """{{"object":"whatsapp_business_account","entry":[{{"changes":[{{"field":"messages","value":{{"statuses":[{0}]}}}}]}}]}}""";

        string[] Keys(string statuses) => [.. Meta.Parse(MessagingRequests.Post(string.Format(null, Form, statuses))).Events.Select(e => e.DedupKey)];

        Keys($"{Status},{Status.Replace("w1", "w2", StringComparison.Ordinal)}")[0].ShouldBe(Keys(Status)[0]);
    }

    private static CallbackRequest Signed(string body, string secret) => MessagingRequests.Post(
        body, ("X-Hub-Signature-256", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)))}"));
}
