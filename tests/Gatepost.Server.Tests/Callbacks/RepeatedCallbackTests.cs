using Gatepost.Testing;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>Providers repeat what they think was not heard, at the same moment too.</summary>
public sealed class RepeatedCallbackTests : HostTests
{
    private const int Times = 1_000;

    private TwilioCaller twilio = null!;

    protected override async Task PrepareAsync() => twilio = await TwilioCaller.NewAsync(Host, User);

    [Fact]
    public async Task Receive_StatusAThousandTimesAtOnce_IsHeardOnce()
    {
        var message = await User.NewMessageAsync("sms", "twilio", "SM1", TwilioCaller.Customer);

        await RepeatAsync(() => twilio.TellSmsStatusAsync("SM1", "delivered"));

        (await EffectsAsync()).ShouldBe(["status", .. Enumerable.Repeat("duplicate", Times - 1)], ignoreOrder: true);
        var heard = await User.MessageAsync(message);
        ((string)heard["status"]!, heard["statusHistory"]!.AsArray().Count).ShouldBe(("delivered", 1));
    }

    [Fact]
    public async Task Receive_TextAThousandTimesAtOnce_IsOneMessageAndOneEvent()
    {
        await using var receiver = await Receiver.StartAsync();
        var webhook = await User.NewTicketWebhookAsync(receiver.Url, new { events = new[] { "message.created" } });

        await RepeatAsync(() => twilio.BringSmsAsync("SM1", "Hello"));

        (await EffectsAsync()).ShouldBe(["ticket_created", .. Enumerable.Repeat("duplicate", Times - 1)], ignoreOrder: true);
        var ticket = (await User.AllAsync("/v1/tickets")).ShouldHaveSingleItem();
        (await User.TicketMessagesAsync(Guid.Parse((string)ticket["id"]!))).ShouldHaveSingleItem();
        await receiver.WaitForAsync(1);
        (await User.DeliveriesAsync(webhook)).ShouldHaveSingleItem();
        (await User.AllAsync("/v1/events")).Count(e => (string)e["eventType"]! == "message.created").ShouldBe(1);
    }

    private static async Task RepeatAsync(Func<Task<ApiAnswer>> call)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Times).Select(_ => call()));
        answers.ShouldAllBe(a => a.Status == 200);
    }

    /// <summary>What each callback became.</summary>
    private async Task<IEnumerable<string>> EffectsAsync() =>
        (await User.ProcessedCallbacksAsync(Times)).SelectMany(c => c["effects"]!.AsArray()).Select(e => (string)e!["kind"]!);
}
