using System.Text.Json;
using Gatepost.Callbacks;

namespace Gatepost.Tests.Callbacks;

/// <summary>What is refused of an account: each fault by its name, all of them at once.</summary>
public sealed class ProviderAccountRulesTests
{
    [Fact]
    public void Apply_FaultsOfEveryKind_NamesThemAll() => Faults(
        "twilio", "{}", i => i with { Name = new Optional<string>(true, ""), PublicUrl = new Optional<string>(true, "ftp://host/"), MaxAgeSeconds = new Optional<int?>(true, 0) })
        .ShouldBe(["name", "publicUrl", "credentials.secrets", "maxAgeSeconds"], ignoreOrder: true);

    [Theory]
    [InlineData(" https://hooks.example.com/in")]
    [InlineData("https://hooks.example.com/in\n")]
    [InlineData("https://hooks.example.com/i\tn")]
    [InlineData("https://hooks.example.com/in?a=b c")]
    [InlineData("https://hooks.example.com/\u00a0in")]
    [InlineData("https://hooks.example.com/in\u0000")]
    [InlineData("https://hooks.example.com/\u0085in")]
    public void Apply_PublicUrlWithACharacterThatNoUrlHas_IsAFault(string url) =>
        Faults("twilio", """{"secret": "a-secret-of-the-tests"}""", i => i with { PublicUrl = new Optional<string>(true, url) }).ShouldBe(["publicUrl"]);

    [Fact]
    public void Apply_AddressThatIsNone_IsNamedOnce() =>
        Faults("postmark", "{}", i => i with { AllowedIps = new Optional<IReadOnlyList<string?>>(true, ["192.0.2.0/24", "nowhere"]) }).ShouldBe(["allowedIps[1]"]);

    [Fact]
    public void Apply_NullAmongAddresses_IsAFaultNotAListWithoutIt() =>
        Faults("postmark", """{"basic": "user:password"}""", i => i with { AllowedIps = new Optional<IReadOnlyList<string?>>(true, [null]) }).ShouldBe(["allowedIps[0]"]);

    [Fact]
    public void Apply_NullAmongTopics_IsAFaultNotAListWithoutIt() =>
        Faults("ses", """{"basic": "user:password"}""", i => i with { AllowedTopicArns = new Optional<IReadOnlyList<string?>>(true, [null]) })
            .ShouldBe(["credentials.allowedTopicArns[0]"]);

    [Theory]
    [InlineData("no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public void Apply_CertificateThatCannotBeRead_IsAFault(string pem) =>
        Faults("ses", JsonSerializer.Serialize(new { basic = "user:password", certificatePem = pem })).ShouldBe(["credentials.certificatePem"]);

    [Theory]
    [InlineData("secrets")]
    [InlineData("tokens")]
    public void Apply_MoreSecretsThanARotationNeeds_IsAFault(string kind) =>
        Faults("generic", $$"""{"{{kind}}": {{JsonSerializer.Serialize(Enumerable.Repeat("a-secret-of-the-tests", 21))}}}""").ShouldBe([$"credentials.{kind}"]);

    [Fact]
    public void Apply_MoreAddressesThanAnybodyHas_IsAFault() =>
        Faults("postmark", "{}", i => i with { AllowedIps = new Optional<IReadOnlyList<string?>>(true, [.. Enumerable.Repeat("192.0.2.1", 201)]) }).ShouldBe(["allowedIps"]);

    [Theory]
    [InlineData("secret", "secrets", "secrets")]
    [InlineData("secrets", "secret", "secrets")]
    [InlineData("token", "tokens", "tokens")]
    [InlineData("publicKey", "public_keys", "publicKeys")]
    [InlineData("public_key", "publicKey", "publicKeys")]
    public void Apply_OneCredentialUnderTwoNames_NamesBothAndTheListForSeveral(string first, string second, string list)
    {
        var problem = Refuse("generic", $$"""{"{{first}}": "a-secret-of-the-tests", "{{second}}": ["another-secret"]}""");

        problem.Errors!.Keys.ShouldBe([$"credentials.{second}"]);
        problem.Detail.ShouldBe(
            $"credentials.{first} and credentials.{second} are the same credential. Send one of them; for several values, as during a rotation, send credentials.{list} with a list.");
    }

    [Fact]
    public void Apply_SingleCredentialInBothSpellings_NamesBoth() =>
        Refuse("meta", """{"secret": "a-secret-of-the-tests", "verifyToken": "one", "verify_token": "another"}""").Detail
            .ShouldBe("credentials.verifyToken and credentials.verify_token are the same credential. Send one of them.");

    [Fact]
    public void Apply_SettingBesideAndAmongTheCredentials_NamesBoth() =>
        Refuse("ses", """{"allowed_topic_arns": ["arn:aws:sns:us-east-1:123456789012:a"]}""", i => i with { AllowedTopicArns = new Optional<IReadOnlyList<string?>>(true, []) }).Detail
            .ShouldBe("allowedTopicArns and credentials.allowed_topic_arns are the same credential. Send one of them.");

    private static IEnumerable<string> Faults(string provider, string credentials, Func<ProviderAccountInput, ProviderAccountInput>? change = null) =>
        Refuse(provider, credentials, change).Errors!.Keys;

    private static Problem Refuse(string provider, string credentials, Func<ProviderAccountInput, ProviderAccountInput>? change = null)
    {
        var input = new ProviderAccountInput
        {
            Provider = new Optional<string>(true, provider),
            Name = new Optional<string>(true, "An account"),
            Credentials = new Optional<JsonElement>(true, JsonDocument.Parse(credentials).RootElement),
        };
        var applied = ProviderAccountRules.Apply(change is null ? input : change(input), null, DateTimeOffset.UnixEpoch);
        applied.IsOk.ShouldBeFalse();
        return applied.Problem;
    }
}
