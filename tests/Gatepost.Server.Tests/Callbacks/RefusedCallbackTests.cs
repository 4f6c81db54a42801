using System.Text.Json.Nodes;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>What is not let in, and what the operator sees of it.</summary>
public sealed class RefusedCallbackTests : HostTests
{
    private const int MaxMail = 50 * 1024 * 1024;
    private static readonly Dictionary<string, string> Text = new() { ["MessageSid"] = "SM1", ["From"] = TwilioCaller.Customer, ["Body"] = "Hello" };

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("x")]
    public async Task Receive_UnknownToken_Answers404AndRecordsNothing(string token)
    {
        await TwilioCaller.NewAsync(Host, User);

        var answer = await PostAsync($"/callbacks/{token}/twilio/sms");

        answer.Status.ShouldBe(404);
        (await User.AllAsync("/v1/callbacks")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Receive_RouteOfAnotherProvider_Answers404()
    {
        var path = await TwilioPathAsync();

        (await PostAsync(path.Replace("twilio/sms", "plivo/sms", StringComparison.Ordinal))).Status.ShouldBe(404);
        (await PostAsync(path)).Status.ShouldBe(403);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/twilio")]
    public async Task Receive_NoRoute_Answers404(string rest)
    {
        var path = await TwilioPathAsync();

        (await PostAsync(path.Replace("/twilio/sms", rest, StringComparison.Ordinal))).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Receive_MethodThatNoProviderSends_Answers405AndRecordsNothing(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(await TwilioPathAsync(), UriKind.Relative));

        (await Host.SendAsync(request)).Status.ShouldBe(405);
        (await User.AllAsync("/v1/callbacks")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public async Task Receive_NoOrWrongSignature_IsRefusedWithAReasonAndHasNoEffect(string? signature)
    {
        var twilio = await TwilioCaller.NewAsync(Host, User);

        var answer = await twilio.PostAsync("twilio/sms", Text, signature);

        (answer.Status, answer.Code).ShouldBe((403, "callback_refused"));
        var recorded = await RefusedAsync();
        ((bool)recorded["verified"]!).ShouldBeFalse();
        ((string)recorded["reason"]!).ShouldContain("X-Twilio-Signature");
        (await User.PostAsync($"/v1/callbacks/{recorded["id"]}/reprocess")).Code.ShouldBe("callback_refused");
        (await User.AllAsync("/v1/tickets")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Receive_MailThatSaysToBeAbove50MiB_Answers413AndRecordsWhy()
    {
        var mail = await MailCaller.NewAsync(Host, User);
        using var content = new StreamContent(Stream.Null) { Headers = { ContentLength = MaxMail + 1 } };

        var answer = await mail.AnnounceAsync(content);

        (answer.Status, answer.Code).ShouldBe((413, "request_too_large"));
        ((string)(await RefusedAsync())["reason"]!).ShouldContain("52,428,800");
    }

    [Fact]
    public async Task Receive_MailOfUnknownLengthAbove50MiB_Answers413AndRecordsWhy()
    {
        var mail = await MailCaller.NewAsync(Host, User);

        var answer = await mail.BringAsync(new byte[MaxMail + 1], MailCaller.Customer, "help@example.com", chunked: true);

        (answer.Status, answer.Code).ShouldBe((413, "request_too_large"));
        ((string)(await RefusedAsync())["reason"]!).ShouldContain("52,428,800");
    }

    [Fact]
    public async Task Receive_MailOfUnknownLengthOfExactly50MiB_IsTaken()
    {
        var mail = await MailCaller.NewAsync(Host, User);
        var whole = new byte[MaxMail];
        "Message-ID: <1@example.com>\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\n"u8.CopyTo(whole);

        (await mail.BringAsync(whole, MailCaller.Customer, "help@example.com", chunked: true)).Status.ShouldBe(200);
    }

    private async Task<string> TwilioPathAsync()
    {
        var account = await User.PostAsync("/v1/provider-accounts", new { provider = "twilio", name = "Twilio", credentials = new { secrets = new[] { "an-auth-token" } } });
        return new Uri((string)account.Json!["callbackUrls"]!["twilio/sms"]!).AbsolutePath;
    }

    private async Task<ApiAnswer> PostAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new FormUrlEncodedContent(Text) };
        return await Host.SendAsync(request);
    }

    /// <summary>The one refused request, as the inbox lists it.</summary>
    private async Task<JsonNode> RefusedAsync() => (await User.AllAsync("/v1/callbacks?status=refused")).ShouldHaveSingleItem();
}
