using Gatepost.Providers.Postmark;

namespace Gatepost.Providers.Tests.Email;

/// <summary>Providers that sign nothing, by one of them.</summary>
public sealed class SharedSecretAccessTests
{
    private static readonly PostmarkProvider Provider = new();

    [Fact]
    public void CheckCredentials_Nothing_AsksForOneKind() => Provider.Faults(new ProviderCredentials()).ShouldBe(["basic"]);

    [Fact]
    public void CheckCredentials_Malformed_NamesEach() => Provider.Faults(new ProviderCredentials
    {
        Headers = [new("X", "v"), new("X", "")],
        Basic = [new("me", "")],
        Tokens = [" "],
        AllowedIps = ["192.0.2.0/24", "x"],
    }).ShouldBe(["headers[1]", "basic[0]", "tokens[0]", "allowedIps[1]"]);

    [Theory]
    [InlineData("X Token", "v", "has a name that no header can have")]
    [InlineData("X-Token:", "v", "has a name that no header can have")]
    [InlineData("X-Tökén", "v", "has a name that no header can have")]
    [InlineData("Host", "v", "servers and proxies take Host")]
    [InlineData("content-length", "v", "servers and proxies take content-length")]
    [InlineData("Transfer-Encoding", "v", "servers and proxies take Transfer-Encoding")]
    [InlineData("Connection", "v", "servers and proxies take Connection")]
    [InlineData("X-Forwarded-For", "v", "servers and proxies take X-Forwarded-For")]
    [InlineData("X-Token", "v\r\nX-Other: w", "a line break or another control character")]
    [InlineData("X-Token", "v\u007f", "a line break or another control character")]
    [InlineData("X-Token", " v", "begins or ends with a blank")]
    [InlineData("X-Token", "v\t", "begins or ends with a blank")]
    public void CheckCredentials_HeaderThatCanNeverArrive_SaysWhy(string name, string value, string reason)
    {
        var fault = Provider.CheckCredentials(new ProviderCredentials { Headers = [new(name, value)] }).ShouldHaveSingleItem();

        fault.Key.ShouldBe("headers[0]");
        fault.Message.ShouldContain(reason);
    }

    [Theory]
    [InlineData("Authorization", "Bearer a-token")]
    [InlineData("x-token", "a value\twith blanks")]
    [InlineData("X_Token", "ключ")]
    public void CheckCredentials_HeaderThatArrives_IsTaken(string name, string value) =>
        Provider.Faults(new ProviderCredentials { Headers = [new(name, value)] }).ShouldBeEmpty();

    [Fact]
    public void Verify_NoCredentials_IsRefused() => Provider.Verify(MessagingRequests.Post("{}"), new ProviderCredentials()).Answer.Status.ShouldBe(401);

    [Fact]
    public void Verify_EmptyCredentials_AreRefused() => Provider.Verify(
        MessagingRequests.Post("{}", ("X", ""), ("Authorization", $"Basic {Convert.ToBase64String(":"u8)}")),
        new ProviderCredentials { Headers = [new("X", "")], Basic = [new("", "")], Tokens = [""] }).IsValid.ShouldBeFalse();

    [Theory]
    [InlineData("old", true)]
    [InlineData("new", true)]
    [InlineData("other", false)]
    public void Verify_DuringARotation_TakesBoth(string token, bool valid) => Provider.Verify(
        MessagingRequests.Post("{}", ("Authorization", $"Bearer {token}")), new ProviderCredentials { Tokens = ["old", "new"] }).IsValid.ShouldBe(valid);

    [Theory]
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.3.7", false)]
    public void Verify_List_NarrowsASecret(string address, bool valid) => Provider.Verify(
        MessagingRequests.Post("{}", ("X", "s")).From(address), new ProviderCredentials { Headers = [new("X", "s")], AllowedIps = ["192.0.2.0/24"] }).IsValid.ShouldBe(valid);

    [Fact]
    public void Verify_SecretPathAloneChosen_IsValid() => Provider.Verify(MessagingRequests.Post("{}"), new ProviderCredentials { SecretPathOnly = true }).IsValid.ShouldBeTrue();

    [Fact]
    public void Verify_SecretPathAloneBesideAPassword_AsksForThePassword()
    {
        var verification = Provider.Verify(MessagingRequests.Post("{}"), new ProviderCredentials { SecretPathOnly = true, Basic = [new("a", "b")] });

        verification.IsValid.ShouldBeFalse();
        verification.Answer.Headers.ShouldContainKey("WWW-Authenticate");
    }
}
