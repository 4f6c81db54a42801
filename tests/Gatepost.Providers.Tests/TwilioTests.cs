using System.Security.Cryptography;
using System.Text;
using Gatepost.Testing.Signers;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Providers.Tests;

/// <summary>What the vectors do not show of Twilio.</summary>
public sealed class TwilioTests
{
    private const string Token = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    private const string Url = "https://hooks.example.com/twilio";
    private static readonly IProvider Provider = ProviderCatalog.Find("twilio", "twilio/sms")!;

    [Fact]
    public void CheckCredentials_NoneOrBlank_NamesTheSecret()
    {
        Provider.CheckCredentials(new ProviderCredentials()).ShouldHaveSingleItem().Key.ShouldBe("secrets");
        Provider.CheckCredentials(new ProviderCredentials { Secrets = [Token, " "] }).ShouldHaveSingleItem().Key.ShouldBe("secrets[1]");
        Provider.CheckCredentials(new ProviderCredentials { Secrets = [Token] }).ShouldBeEmpty();
    }

    [Fact]
    public async Task Verify_BlankToken_IsNoKey() => (await VerifyAsync(Signed(""), "", " ")).Answer.Status.ShouldBe(403);

    [Fact]
    public async Task Verify_NoToken_IsRefused() => (await VerifyAsync(Signed(Token))).IsValid.ShouldBeFalse();

    [Fact]
    public async Task Verify_SecondOfTwoTokens_IsEnough() => (await VerifyAsync(Signed(Token), "another", Token)).IsValid.ShouldBeTrue();

    [Theory]
    [InlineData("https://user:pass@hooks.example.com/twilio", Url)]
    [InlineData("https://user:pa@ss@hooks.example.com:8443/twilio", "https://hooks.example.com:8443/twilio")]
    [InlineData("https://[2001:db8::1]/twilio", "https://[2001:db8::1]:443/twilio")]
    [InlineData("https://[2001:db8::1]:8443/twilio", "https://[2001:db8::1]/twilio")]
    [InlineData("https://hooks.example.com?a=b:1", "https://hooks.example.com:443?a=b:1")]
    public async Task Verify_UrlSignedInAnotherSpelling_IsValid(string configured, string spelling) =>
        (await VerifyAsync(Signed(Token, spelling) with { Url = configured }, Token)).IsValid.ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("://")]
    [InlineData("https://?")]
    [InlineData("@:]#?%27")]
    public async Task Verify_OddUrl_IsRefusedWithoutAFault(string url) => (await VerifyAsync(Signed(Token) with { Url = url }, Token)).Answer.Status.ShouldBe(403);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("")]
    public async Task Verify_BodyOfAnotherType_IsNotBoundToTheSignedUrl(string type)
    {
        var headers = new Dictionary<string, StringValues>(Signed(Token).Headers) { ["Content-Type"] = type };

        (await VerifyAsync(Signed(Token) with { Headers = headers, Body = "MessageStatus=delivered"u8.ToArray() }, Token)).IsValid.ShouldBeFalse();
    }

    [Fact]
    public async Task Verify_TwoSignatureHeaders_AreRefused()
    {
        var signature = Signed(Token).Headers["X-Twilio-Signature"].ToString();
        var headers = new Dictionary<string, StringValues> { ["X-Twilio-Signature"] = new([signature, signature]) };

        (await VerifyAsync(Signed(Token) with { Headers = headers }, Token)).IsValid.ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("CallSid=CA1&CallStatus=completed")]
    public void Parse_NoMessage_IsUnparsed(string body) => Should.Throw<CallbackFormatException>(() => Provider.Parse(Form(body)));

    [Fact]
    public void Parse_Start_IsAPreference() => Provider.Parse(Form("MessageSid=SM1&SmsStatus=received&Body=START&OptOutType=START&From=%2B15558675310"))
        .Events.ShouldContain(e => e.Kind == CallbackEventKind.Preference && e.Recipient == "+15558675310");

    [Fact]
    public void Parse_MessageIdInTheCallbackUrl_IsOurReference() =>
        Provider.Parse(Form("MessageSid=SM1&MessageStatus=sent") with { Url = $"{Url}?messageId=msg-1001" }).Events[0].Reference.ShouldBe("msg-1001");

    [Theory]
    [InlineData("""{"MessageSid":"SM1","MessageStatus":["sent"],"To":{},"ErrorCode":1e999}""", MessageStatus.Unknown)]
    [InlineData("""{"MessageSid":"SM1","MessageStatus":"\ud83d"}""", MessageStatus.Unknown)]
    public void Parse_OddJson_KeepsWhatCanBeRead(string json, MessageStatus status)
    {
        var headers = new Dictionary<string, StringValues> { ["Content-Type"] = "application/json" };

        Provider.Parse(Form(json) with { Headers = headers }).Events.ShouldHaveSingleItem().Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("""{"MessageSid":"SM1","MessageStatus":"sent","\ud83d":1}""")]
    [InlineData("[")]
    public async Task Receive_JsonThatCannotBeRead_IsAuthenticAndUnparsed(string json)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
        var signed = Signed(Token, $"{Url}?bodySHA256={hash}");
        var headers = new Dictionary<string, StringValues>(signed.Headers) { ["Content-Type"] = "application/json" };
        var request = signed with { Body = Encoding.UTF8.GetBytes(json), Headers = headers };

        (await VerifyAsync(request, Token)).IsValid.ShouldBeTrue();
        Should.Throw<CallbackFormatException>(() => Provider.Parse(request));
    }

    private static ValueTask<Verification> VerifyAsync(CallbackRequest request, params string[] tokens) =>
        Provider.VerifyAsync(request, new CallbackContext { Credentials = new ProviderCredentials { Secrets = tokens }, Now = DateTimeOffset.UnixEpoch }, CancellationToken.None);

    /// <summary>A POST without fields: the URL alone is signed.</summary>
    private static CallbackRequest Signed(string token, string url = Url) =>
        Form("") with { Url = url, Headers = new Dictionary<string, StringValues> { ["X-Twilio-Signature"] = FormSigner.Sign(token, url) } };

    private static CallbackRequest Form(string body) => new()
    {
        Method = "POST",
        Url = Url,
        Route = "twilio/sms",
        Headers = new Dictionary<string, StringValues> { ["Content-Type"] = "application/x-www-form-urlencoded" },
        Body = Encoding.UTF8.GetBytes(body),
    };
}
