using Gatepost.Providers.Gupshup;

namespace Gatepost.Providers.Tests;

public sealed class GupshupProviderTests
{
    private static readonly GupshupProvider Gupshup = new();

    [Fact]
    public void CheckCredentials_Nothing_AsksForOneKind() => Gupshup.Faults(new ProviderCredentials()).ShouldBe(["headers"]);

    [Fact]
    public void CheckCredentials_SecretPathAlone_IsEnough() => Gupshup.Faults(new ProviderCredentials { SecretPathOnly = true }).ShouldBeEmpty();

    [Fact]
    public void CheckCredentials_Malformed_NamesEach() => Gupshup.Faults(new ProviderCredentials
    {
        Headers = [new("X", ""), new("Host", "v")],
        Basic = [new("me", "")],
        Tokens = ["ok", ""],
        AllowedIps = ["192.0.2.0/24", "192.0.2.1/33", "x"],
    }).ShouldBe(["headers[0]", "headers[1]", "basic[0]", "tokens[1]", "allowedIps[1]", "allowedIps[2]"]);

    [Fact]
    public void Verify_NoCredentials_IsRefused() => Gupshup.Verify(MessagingRequests.Post("{}"), new ProviderCredentials()).Answer.Status.ShouldBe(401);

    [Fact]
    public void Verify_EmptyCredentials_AreRefused() => Gupshup.Verify(
        MessagingRequests.Post("{}", ("X", ""), ("Authorization", $"Basic {Convert.ToBase64String(":"u8)}")),
        new ProviderCredentials { Headers = [new("X", "")], Basic = [new("", "")], Tokens = [""] }).IsValid.ShouldBeFalse();

    [Theory]
    [InlineData("Bearer new", true)]
    [InlineData("Bearer old", true)]
    [InlineData("Bearer", false)]
    [InlineData("Basic new", false)]
    public void Verify_Token_CountsIfItIsOneOfThem(string authorization, bool valid) => Gupshup.Verify(
        MessagingRequests.Post("{}", ("Authorization", authorization)), new ProviderCredentials { Tokens = ["old", "new"] }).IsValid.ShouldBe(valid);

    [Theory]
    [InlineData("192.0.2.7", true)]
    [InlineData("::ffff:192.0.2.7", true)]
    [InlineData("192.0.3.7", false)]
    [InlineData("2001:db8::1", false)]
    public void Verify_List_NarrowsASecret(string address, bool valid) => Gupshup.Verify(
        MessagingRequests.Post("{}", ("X", "s")).From(address), new ProviderCredentials { Headers = [new("X", "s")], AllowedIps = ["192.0.2.0/24"] }).IsValid.ShouldBe(valid);

    [Fact]
    public void Verify_ForwardedHeaderOfAStranger_IsNoAddress() => Gupshup.Verify(
        MessagingRequests.Post("{}", ("X-Forwarded-For", "192.0.2.7")), new ProviderCredentials { AllowedIps = ["192.0.2.7"] }).IsValid.ShouldBeFalse();

    [Fact]
    public void Verify_RefusedPassword_AsksForIt() => Gupshup.Verify(MessagingRequests.Post("{}"), new ProviderCredentials { Basic = [new("a", "b")] })
        .Answer.Headers.ShouldContainKey("WWW-Authenticate");

    [Fact]
    public void Parse_EnterpriseSampleWithBareDigits_IsRead()
    {
        var form = $"response={Uri.EscapeDataString("""[{"externalId":4610068946528501829-110609119085101347,"eventType":"FAILED","destAddr":"919812345678","errCode":000}]""")}";
        var request = MessagingRequests.Post(form, ("Content-Type", "application/x-www-form-urlencoded"));

        Gupshup.Parse(request).Events.Single().ProviderMessageId.ShouldBe("4610068946528501829-110609119085101347");
    }

    [Fact]
    public void Parse_EnterpriseByGet_IsRead() =>
        Gupshup.Parse(MessagingRequests.Get("https://x/?externalId=1-2&deliveredTS=1759999999000&status=SUCCESS&phoneNo=919812345678"))
            .Events.Single().Status.ShouldBe(MessageStatus.Delivered);

    [Fact]
    public void Parse_BothVersionsOfAStatus_HaveTheSameKey()
    {
        const string V2 = """{"type":"message-event","payload":{"id":"w","gsId":"g","type":"read","payload":{"ts":1}}}""";
        const string V3 = """{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"statuses":[{"id":"w","gs_id":"g","status":"read"}]}}]}]}""";

        Key(V3).ShouldBe(Key(V2));

        static string Key(string body) => Gupshup.Parse(MessagingRequests.Post(body)).Events.Single().DedupKey;
    }
}
