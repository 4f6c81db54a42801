using Gatepost.Deliveries;
using Gatepost.Testing;
using Gatepost.Webhooks;

namespace Gatepost.Tests.Deliveries;

/// <summary>What each misbehaviour of a receiver comes to.</summary>
public sealed class AttemptSenderTests : IDisposable
{
    private readonly TestEgress egress = TestEgress.Loopback();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => egress.Dispose();

    [Theory]
    [InlineData(200, "succeeded")]
    [InlineData(204, "succeeded")]
    [InlineData(299, "succeeded")]
    [InlineData(400, "http_status")]
    [InlineData(404, "http_status")]
    [InlineData(410, "http_status")]
    [InlineData(429, "http_status")]
    [InlineData(500, "http_status")]
    [InlineData(599, "http_status")]
    [InlineData(304, "redirect")]
    public async Task Send_ServerAnswers_IsJudgedByTheStatus(int status, string code)
    {
        await using var receiver = ChaosReceiver.Answering(status, "said");

        var result = await SendAsync(receiver);

        result.Outcome.ToCode().ShouldBe(code);
        result.Status.ShouldBe(status);
        (result.Message is null, result.Hint is null).ShouldBe((code == "succeeded", code == "succeeded"));
        result.RemoteAddress.ShouldBe("127.0.0.1");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Send_Redirect_IsNeverFollowed(int status)
    {
        await using var target = ChaosReceiver.Answering();
        await using var receiver = ChaosReceiver.RedirectingTo(new Uri(target.Url, "?token=hidden"), status);

        var result = await SendAsync(receiver);

        result.Outcome.ShouldBe(AttemptOutcome.Redirect);
        result.Message!.ShouldContain(target.Url.AbsoluteUri);
        result.Message!.ShouldNotContain("hidden");
        target.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task Send_ConnectionThatEndsBadly_IsNamed()
    {
        await using var halfway = ChaosReceiver.ClosingMidResponse();
        await using var mute = ChaosReceiver.ClosingWithoutAnswer();
        await using var garbage = ChaosReceiver.SpeakingGarbage();
        await using var resetting = ChaosReceiver.Resetting();

        (await SendAsync(halfway)).Outcome.ShouldBe(AttemptOutcome.ResponseEnded);
        (await SendAsync(mute)).Outcome.ShouldBe(AttemptOutcome.ResponseEnded);
        (await SendAsync(garbage)).Outcome.ShouldBe(AttemptOutcome.InvalidHttp);
        (await SendAsync(resetting)).Outcome.ShouldBe(AttemptOutcome.ConnectionReset);
    }

    [Fact]
    public async Task Send_ClosedPort_IsConnectionRefused()
    {
        var receiver = ChaosReceiver.Answering();
        var url = receiver.Url;
        await receiver.DisposeAsync();

        var result = await SendAsync(url);

        result.Outcome.ShouldBe(AttemptOutcome.ConnectionRefused);
        result.RemoteAddress.ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task Send_NoAnswerToSyn_IsConnectTimeoutAfterFiveSeconds()
    {
        using var silent = SilentListener.Start();
        var sending = SendAsync(new Uri($"http://localhost:{silent.Port}/"));
        await egress.Clock.TimerOf(TimeSpan.FromSeconds(5)).WaitAsync(Token);

        egress.Clock.Advance(TimeSpan.FromSeconds(5));

        (await sending).Outcome.ShouldBe(AttemptOutcome.ConnectTimeout);
        (await sending).Duration.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Send_DeadlineDuringResolution_IsDnsFailure()
    {
        using var lost = TestEgress.Strict(new FakeResolver { Hangs = true });
        var sending = lost.Sender.SendAsync(To(new Uri("https://hooks.com/")), "ticket.created", Guid.NewGuid(), "{}"u8.ToArray(), Token);
        await Until(() => lost.Resolver.Asked.Count == 1);

        lost.Clock.Advance(TestEgress.Deadline);

        (await sending).Outcome.ShouldBe(AttemptOutcome.DnsFailure);
    }

    [Fact]
    public async Task Send_HugeOrEndlessHeaders_AreCutOff()
    {
        await using var huge = ChaosReceiver.SendingHugeHeaders();
        await using var endless = ChaosReceiver.SendingEndlessInterimResponses();

        (await SendAsync(huge)).Outcome.ShouldBe(AttemptOutcome.ResponseHeadersTooLarge);
        (await SendAsync(endless)).Outcome.ShouldBe(AttemptOutcome.ResponseHeadersTooLarge);
    }

    public static TheoryData<string, int?> Stalls => new() { { "NeverAnswering", null }, { "NeverSpeaking", null }, { "DrippingHeaders", null }, { "DrippingBody", 200 } };

    [Theory]
    [MemberData(nameof(Stalls))]
    public async Task Send_ReceiverThatStalls_TimesOutAtTheDeadline(string behaviour, int? status)
    {
        await using var receiver = behaviour switch
        {
            "NeverAnswering" => ChaosReceiver.NeverAnswering(),
            "NeverSpeaking" => ChaosReceiver.NeverSpeaking(),
            "DrippingHeaders" => ChaosReceiver.DrippingHeaders(),
            _ => ChaosReceiver.DrippingBody(),
        };
        var sending = SendAsync(receiver);
        await receiver.Stuck.Task.WaitAsync(Token);
        egress.Clock.Advance(TestEgress.Deadline - TimeSpan.FromMilliseconds(1));
        sending.IsCompleted.ShouldBeFalse();

        egress.Clock.Advance(TimeSpan.FromMilliseconds(1));

        (await sending).Outcome.ShouldBe(AttemptOutcome.Timeout);
        (await sending).Duration.ShouldBe(TestEgress.Deadline);
        (await sending).Status.ShouldBeOneOf(status, null); // a drop may come before the head was read
    }

    [Theory]
    [InlineData(4_096, false)]
    [InlineData(4_097, true)]
    [InlineData(100_000, true)]
    public async Task Send_Body_IsKeptUpTo4096Bytes(int length, bool truncated)
    {
        await using var receiver = ChaosReceiver.Answering(200, new string('x', length));

        var result = await SendAsync(receiver);

        result.ResponseBody.Length.ShouldBe(4_096);
        result.BodyTruncated.ShouldBe(truncated);
    }

    [Fact]
    public async Task Send_GigabyteBody_IsLeftUnread()
    {
        await using var receiver = ChaosReceiver.SendingHugeBody();

        var result = await SendAsync(receiver);

        result.Outcome.ShouldBe(AttemptOutcome.Succeeded);
        (result.ResponseBody.Length, result.BodyTruncated).ShouldBe((4_096, true));
        await receiver.Idle.WaitAsync(Token);
        receiver.BytesSent.ShouldBeLessThan(16 << 20, "no more than what socket buffers hold");
    }

    [Theory]
    [InlineData("30", 30)]
    [InlineData("0", 0)]
    [InlineData("99999999999999", int.MaxValue)]
    [InlineData("Wed, 15 Jan 2025 10:31:00 GMT", 60)]
    [InlineData("Wed, 15 Jan 2025 10:29:00 GMT", 0)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    public async Task Send_RetryAfter_IsReadAsSecondsOrDate(string value, int? seconds)
    {
        await using var busy = ChaosReceiver.Answering(503, headers: $"Retry-After: {value}\r\n");
        await using var broken = ChaosReceiver.Answering(500, headers: $"Retry-After: {value}\r\n");

        var asked = (await SendAsync(busy)).RetryAfter;

        (asked is { } a ? (int?)a.TotalSeconds : null).ShouldBe(seconds);
        (await SendAsync(broken)).RetryAfter.ShouldBeNull("only 429 and 503 may lengthen the delay");
    }

    [Fact]
    public async Task Send_StopDuringTheAttempt_IsInterruptedNotFailed()
    {
        await using var receiver = ChaosReceiver.NeverAnswering();
        using var stop = new CancellationTokenSource();
        var sending = egress.Sender.SendAsync(To(receiver.Url), "ticket.created", Guid.NewGuid(), "{}"u8.ToArray(), stop.Token);
        await receiver.Stuck.Task.WaitAsync(Token);

        await stop.CancelAsync();

        (await sending).Outcome.ShouldBe(AttemptOutcome.Interrupted);
        (await sending).Status.ShouldBeNull();
    }

    private Task<AttemptResult> SendAsync(ChaosReceiver receiver) => SendAsync(receiver.Url);

    private Task<AttemptResult> SendAsync(Uri url) =>
        egress.Sender.SendAsync(To(url), "ticket.created", Guid.NewGuid(), "{}"u8.ToArray(), Token);

    private static DeliveryTarget To(Uri url) => new(Guid.NewGuid(), url, null, []);

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(1, Token);
    }
}
