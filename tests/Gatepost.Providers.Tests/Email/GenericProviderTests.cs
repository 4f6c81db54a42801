using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatepost.Providers.Generic;

namespace Gatepost.Providers.Tests.Email;

public sealed class GenericProviderTests
{
    private const string Body = """{"events":[{"messageId":"<m1@x.test>","recipient":"A <a@x.test>","event":"bounced","timestamp":"2026-11-24T11:59:00Z","reason":"full","permanent":false}]}""";

    private static readonly GenericProvider Generic = new();

    [Fact]
    public void CheckCredentials_Nothing_AsksForASecret() => Generic.Faults(new ProviderCredentials()).ShouldBe(["secrets"]);

    [Fact]
    public void CheckCredentials_EmptySecret_IsNamed() => Generic.Faults(new ProviderCredentials { Secrets = ["a", ""] }).ShouldBe(["secrets[1]"]);

    [Theory]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    public void Verify_Age_IsBounded(int seconds, bool valid) => Generic.Verify(Signed("s", seconds), new ProviderCredentials { Secrets = ["s"] }).IsValid.ShouldBe(valid);

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(100_000)]
    public void Verify_OwnAgeLimit_Counts(int limit) =>
        Generic.Verify(Signed("s", -90_000), new ProviderCredentials { Secrets = ["s"], MaxAgeSeconds = limit }).IsValid.ShouldBeTrue();

    [Fact]
    public void Verify_DuringARotation_TakesBoth() => Generic.Verify(Signed("new"), new ProviderCredentials { Secrets = ["old", "new"] }).IsValid.ShouldBeTrue();

    [Fact]
    public void Verify_EmptySecret_SignsNothing() => Generic.Verify(Signed(""), new ProviderCredentials { Secrets = [""] }).IsValid.ShouldBeFalse();

    [Fact]
    public void Verify_UnsignedBesideTheSecretPath_IsRefused() =>
        Generic.Verify(MessagingRequests.Post(Body), new ProviderCredentials { Secrets = ["s"], SecretPathOnly = true }).IsValid.ShouldBeFalse();

    [Theory]
    [InlineData("token", null, true)]
    [InlineData("token", "sha256=00", false)]
    [InlineData("other", null, false)]
    public void Verify_TokenBesideASecret_IsEnoughUnlessASignatureIsWrong(string token, string? signature, bool valid)
    {
        (string, string)[] headers = signature is null ? [("Authorization", $"Bearer {token}")] : [("Authorization", $"Bearer {token}"), (GenericSignature.SignatureHeader, signature)];

        Generic.Verify(MessagingRequests.Post(Body, headers), new ProviderCredentials { Secrets = ["s"], Tokens = ["token"] }).IsValid.ShouldBe(valid);
    }

    [Fact]
    public void Parse_Event_IsReadInOurWords()
    {
        var parsed = Generic.Parse(MessagingRequests.Post(Body)).Events.ShouldHaveSingleItem();

        (parsed.Status, parsed.Terminal, parsed.ProviderMessageId, parsed.Recipient, parsed.ErrorReason).ShouldBe((MessageStatus.Bounced, false, "m1@x.test", "a@x.test", "full"));
        parsed.OccurredAt.ShouldBe(new DateTimeOffset(2026, 11, 24, 11, 59, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("DELIVERED", MessageStatus.Delivered, true)]
    [InlineData("failed", MessageStatus.Failed, true)]
    [InlineData("sent", MessageStatus.Sent, false)]
    [InlineData("5", MessageStatus.Unknown, false)]
    public void Of_Word_IsAStatus(string word, MessageStatus status, bool terminal) => GenericStatuses.Of(word, permanent: true).ShouldBe((status, terminal));

    [Theory]
    [InlineData("""{"event":"sent"}""")]
    [InlineData("""{"events":[{"messageId":"m"}]}""")]
    [InlineData("""{"events":[1]}""")]
    [InlineData("[")]
    public void Parse_AnotherForm_IsSaid(string body) => Should.Throw<CallbackFormatException>(() => Generic.Parse(MessagingRequests.Post(body)));

    private static CallbackRequest Signed(string secret, int ageSeconds = 0)
    {
        var timestamp = MessagingRequests.Now.AddSeconds(ageSeconds).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}.{Body}")));
        return MessagingRequests.Post(Body, (GenericSignature.TimestampHeader, timestamp), (GenericSignature.SignatureHeader, $"sha256={mac}"));
    }
}
