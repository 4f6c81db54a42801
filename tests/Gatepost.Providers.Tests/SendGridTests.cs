using System.Security.Cryptography;
using System.Text;
using Gatepost.Testing.Signers;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Providers.Tests;

/// <summary>What the vectors do not show of SendGrid's events.</summary>
public sealed class SendGridTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly IProvider Provider = ProviderCatalog.Find("sendgrid", "sendgrid")!;
    private readonly SendGridSigner signer = new();

    private string PublicKey => signer.PublicKey;

    public void Dispose() => signer.Dispose();

    [Fact]
    public void CheckCredentials_None_NamesTheKey() => Provider.CheckCredentials(new ProviderCredentials()).ShouldHaveSingleItem().Key.ShouldBe("publicKeys");

    [Fact]
    public void CheckCredentials_Malformed_NamesEach()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var credentials = new ProviderCredentials
        {
            PublicKeys = [PublicKey, "", "-----BEGIN PUBLIC KEY-----", "AAAA", Convert.ToBase64String(other.ExportSubjectPublicKeyInfo())],
            OAuthTokens = [" "],
        };

        Provider.CheckCredentials(credentials).Select(f => f.Key).ShouldBe(["publicKeys[1]", "publicKeys[2]", "publicKeys[3]", "publicKeys[4]", "oauthTokens[0]"]);
    }

    [Fact]
    public async Task Verify_NoCredentials_IsRefused() => (await VerifyAsync(new ProviderCredentials { SecretPathOnly = true })).Answer.Status.ShouldBe(403);

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("no key")]
    public async Task Verify_MalformedKey_IsRefused(string malformed) => (await VerifyAsync(new ProviderCredentials { PublicKeys = [malformed] })).Answer.Status.ShouldBe(403);

    [Fact]
    public async Task Verify_SecondOfTwoKeys_IsEnough() => (await VerifyAsync(new ProviderCredentials { PublicKeys = ["AAAA", PublicKey] })).IsValid.ShouldBeTrue();

    [Theory]
    [InlineData(null, true)]
    [InlineData(int.MaxValue, true)]
    [InlineData(3600, true)]
    [InlineData(3599, false)]
    [InlineData(0, false)]
    public async Task Verify_AnHourOld_DependsOnTheAccountsLimit(int? limit, bool valid) =>
        (await VerifyAsync(new ProviderCredentials { PublicKeys = [PublicKey], MaxAgeSeconds = limit }, Now.AddHours(-1))).IsValid.ShouldBe(valid);

    [Fact]
    public async Task Verify_TokenIsConfiguredToo_IsRequiredAndAskedFor()
    {
        var refused = await VerifyAsync(new ProviderCredentials { PublicKeys = [PublicKey], OAuthTokens = ["good"] });

        refused.Answer.Status.ShouldBe(401);
        refused.Answer.Body.ShouldContain("invalid_token");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""[{"event":"open"}""")]
    [InlineData("\"text\"")]
    public void Parse_NoArray_IsUnparsed(string body) => Should.Throw<CallbackFormatException>(() => Provider.Parse(Request(body, Now)));

    [Fact]
    public void Parse_TooDeep_IsUnparsed() => Should.Throw<CallbackFormatException>(() => Provider.Parse(Request(new string('[', 5000), Now)));

    [Theory]
    [InlineData("""{"event":7,"timestamp":1e999,"email":[],"sg_message_id":{},"type":true}""")]
    [InlineData("""{"event":"\ud83d","timestamp":-1,"category":null}""")]
    [InlineData("""{"\ud83d":"\ude00","x":{"\ud83d":1},"category":[["a"],1e999,99999999999999999999999999999999999]}""")]
    [InlineData("null, 1, []")]
    public void Parse_OddItem_DoesNotCostTheOthers(string odd) =>
        Provider.Parse(Request($$"""[{{odd}},{"event":"delivered","sg_event_id":"a","messageId":"msg-1001"}]""", Now)).Events[^1].Reference.ShouldBe("msg-1001");

    [Fact]
    public void Parse_InvalidUtf8_CountsAsAbsent()
    {
        byte[] body = [.. "[{\"event\":\"delivered\",\"email\":\""u8, 0xFF, 0xFE, .. "\"}]"u8];

        Provider.Parse(Request("[]", Now) with { Body = body }).Events.ShouldHaveSingleItem().Recipient.ShouldBeNull();
    }

    [Fact]
    public void Parse_NoEventId_TellsEventsApartByTheirText()
    {
        var events = Provider.Parse(Request("""[{"event":"open","email":"a@b.test"},{"event":"open","email":"c@b.test"},{"event":"open","email":"a@b.test"}]""", Now)).Events;

        events.Select(e => e.DedupKey).Distinct().Count().ShouldBe(2);
    }

    private ValueTask<Verification> VerifyAsync(ProviderCredentials credentials, DateTimeOffset? at = null) =>
        Provider.VerifyAsync(Request("[]", at ?? Now), new CallbackContext { Credentials = credentials, Now = Now }, CancellationToken.None);

    private CallbackRequest Request(string body, DateTimeOffset at)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new CallbackRequest
        {
            Method = "POST",
            Url = "https://hooks.example.com/sendgrid",
            Route = "sendgrid",
            Headers = new Dictionary<string, StringValues>
            {
                ["X-Twilio-Email-Event-Webhook-Signature"] = signer.Sign(timestamp, Encoding.UTF8.GetBytes(body)),
                ["X-Twilio-Email-Event-Webhook-Timestamp"] = timestamp,
            },
            Body = Encoding.UTF8.GetBytes(body),
        };
    }
}
