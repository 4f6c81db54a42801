using Gatepost.Providers;
using Gatepost.Testing.Signers;
using static Gatepost.Interop.Tests.SignedRequests;

namespace Gatepost.Interop.Tests;

/// <summary>npm twilio</summary>
public sealed class TwilioLibraryTests(OfficialLibraries libraries)
{
    private const string Url = "https://hooks.example.test/gatepost/callbacks/t/twilio/sms?messageId=msg-1001&note=it's";
    private static readonly (string, string)[] Fields = [("MessageSid", "SM1"), ("Body", "Grüße & mehr = 10 % +"), ("MessageStatus", "delivered"), ("body", "b")];

    private static CallbackRequest Signed => Sms(FormSigner.Sign(Secret, Url, Fields));

    [Fact]
    public async Task Verify_SignedByUs_IsAccepted() => (await AcceptsAsync(Signed)).ShouldBeTrue();

    [Fact]
    public async Task Verify_FieldAdded_IsRefused() => (await AcceptsAsync(Signed.WithBody(Signed.Text() + "&ErrorCode=30003"))).ShouldBeFalse();

    [Fact]
    public async Task Verify_OtherHost_IsRefused() =>
        (await AcceptsAsync(Signed with { Url = Url.Replace("hooks", "hook", StringComparison.Ordinal) })).ShouldBeFalse();

    [Theory]
    [InlineData("https://hooks.example.test:8443/x")]
    [InlineData("https://hooks.example.test:443/x?a=b")]
    [InlineData(Url)]
    public async Task Sign_ByTheLibrary_WeAccept(string url)
    {
        var request = Sms(await libraries.MakeAsync(new { library = "twilio", action = "sign", secret = Secret, url, fields = Fields.ToDictionary(f => f.Item1, f => f.Item2) })) with { Url = url };

        (await IsValidAsync("twilio", "twilio/sms", request)).ShouldBeTrue();
        (await IsValidAsync("twilio", "twilio/sms", request.WithBody(request.Text() + "&ErrorCode=30003"))).ShouldBeFalse();
        (await IsValidAsync("twilio", "twilio/sms", request with { Url = url.Replace("hooks", "hook", StringComparison.Ordinal) })).ShouldBeFalse();
    }

    [Fact]
    public async Task Sign_JsonByTheLibrary_WeAccept()
    {
        const string Body = """{"MessageSid":"SM1","MessageStatus":"sent","Body":"Grüße"}""";
        var url = $"{Url}&bodySHA256={await libraries.MakeAsync(new { library = "twilio", action = "hash", body = Body })}";
        var signature = await libraries.MakeAsync(new { library = "twilio", action = "sign", secret = Secret, url, fields = new { } });

        var request = Post(url, Body, ("Content-Type", "application/json"), ("X-Twilio-Signature", signature));

        (await IsValidAsync("twilio", "twilio/sms", request)).ShouldBeTrue();
        (await IsValidAsync("twilio", "twilio/sms", request.WithBody(Body + " "))).ShouldBeFalse();
    }

    private static CallbackRequest Sms(string signature) => Post(Url, FormSigner.Encode(Fields), ("Content-Type", Form), ("X-Twilio-Signature", signature));

    private Task<bool> AcceptsAsync(CallbackRequest request) => libraries.AcceptAsync("twilio", request, Credentials, Now);
}
