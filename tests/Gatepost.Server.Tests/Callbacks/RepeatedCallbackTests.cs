using Gatepost.Testing;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>Providers repeat what they think was not heard, at the same moment too.</summary>
public sealed class RepeatedCallbackTests : IAsyncLifetime
{
    private const int Times = 1_000;

    private GatepostHost host = null!;
    private ApiUser user = null!;
    private TwilioCaller twilio = null!;

    public async ValueTask InitializeAsync()
    {
        host = await GatepostHost.StartAsync();
        user = await host.NewOrganizationAsync();
        twilio = await TwilioCaller.NewAsync(host, user);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Receive_StatusAThousandTimesAtOnce_IsHeardOnce()
    {
        var message = await user.NewMessageAsync("sms", "twilio", "SM1", TwilioCaller.Customer);

        await RepeatAsync(() => twilio.TellSmsStatusAsync("SM1", "delivered"));

        (await EffectsAsync()).ShouldBe(["status", .. Enumerable.Repeat("duplicate", Times - 1)], ignoreOrder: true);
        var heard = await user.MessageAsync(message);
        ((string)heard["status"]!, heard["statusHistory"]!.AsArray().Count).ShouldBe(("delivered", 1));
    }

    [Fact]
    public async Task Receive_TextAThousandTimesAtOnce_IsOneMessageAndOneEvent()
    {
        await using var receiver = await Receiver.StartAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { events = new[] { "message.created" } });

        await RepeatAsync(() => twilio.BringSmsAsync("SM1", "Hello"));

        (await EffectsAsync()).ShouldBe(["ticket_created", .. Enumerable.Repeat("duplicate", Times - 1)], ignoreOrder: true);
        var ticket = (await user.AllAsync("/v1/tickets")).ShouldHaveSingleItem();
        (await user.TicketMessagesAsync(Guid.Parse((string)ticket["id"]!))).ShouldHaveSingleItem();
        await receiver.WaitForAsync(1);
        (await user.DeliveriesAsync(webhook)).ShouldHaveSingleItem();
        (await user.AllAsync("/v1/events")).Count(e => (string)e["eventType"]! == "message.created").ShouldBe(1);
    }

    private static async Task RepeatAsync(Func<Task<ApiAnswer>> call)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Times).Select(_ => call()));
        answers.ShouldAllBe(a => a.Status == 200);
    }

    /// <summary>What each callback became.</summary>
    private async Task<IEnumerable<string>> EffectsAsync() =>
        (await user.ProcessedCallbacksAsync(Times)).SelectMany(c => c["effects"]!.AsArray()).Select(e => (string)e!["kind"]!);
}
