namespace Gatepost.Server.Tests.Api;

/// <summary>What the API takes and shows of a provider account's credentials.</summary>
public sealed class ProviderAccountsApiTests : HostTests
{
    [Theory]
    [InlineData("\"true\"")]
    [InlineData("1")]
    public async Task Create_SecretPathOnlyOfAnotherType_IsNamedAsAFault(string value)
    {
        var answer = await User.PostAsync(
            "/v1/provider-accounts", $$"""{"provider": "postmark", "name": "Mail", "credentials": {"secretPathOnly": {{value}}, "tokens": ["a-token"] } }""");

        answer.Status.ShouldBe(422);
        answer.FaultyFields.ShouldBe(["credentials.secretPathOnly"]);
    }

    [Fact]
    public async Task Create_WithASignatureMethod_CountsItAmongTheCredentials()
    {
        var answer = await User.PostAsync(
            "/v1/provider-accounts",
            new { provider = "vonage", name = "SMS", credentials = new { secrets = new[] { "a-signature-secret-of-the-tests" }, signatureMethod = "sha256", apiKey = "abc123" } });

        answer.Status.ShouldBe(201, answer.Text);
        answer.Json!["credentials"]!.ToJsonString().ShouldBe("""{"secrets":1,"signatureMethod":1,"apiKey":1}""");
    }
}
