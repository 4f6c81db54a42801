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
