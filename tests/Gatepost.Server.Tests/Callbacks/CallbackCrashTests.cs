using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>kill -9 of the real process between the answer to a callback and its processing.</summary>
public sealed class CallbackCrashTests : IAsyncLifetime
{
    private const int Each = 120;
    private const int AnswersPerLife = 40;

    private readonly List<Guid> messages = [];
    private readonly List<DateTimeOffset> kills = [];
    private ServerProcess server = null!;
    private ApiUser user = null!;
    private TwilioCaller twilio = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ServerProcess.StartAsync();
        user = await server.NewOrganizationAsync();
        twilio = await TwilioCaller.NewAsync(server, user);
        for (var i = 0; i < Each; i++)
            messages.Add(await user.NewMessageAsync("sms", "twilio", Sent(i), TwilioCaller.Customer));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Kill9_RightAfterTheAnswers_AppliesEveryAcknowledgedCallbackOnce()
    {
        var acked = new ConcurrentBag<int>();
        for (var life = 0; life < 3; life++)
        {
            var load = SendAsync(acked);
            await Eventually.GetAsync(() => Task.FromResult(acked.Count), count => count >= (life + 1) * AnswersPerLife);
            await KillAsync();
            await load;
            await server.StartAgainAsync();
        }

        var callbacks = await user.ProcessedCallbacksAsync(acked.Count);

        callbacks.Count(WasLeftToTheNextLife).ShouldBeGreaterThan(0);
        var statuses = await Task.WhenAll(acked.Where(IsStatus).Select(StatusesAsync));
        statuses.ShouldAllBe(s => s == "delivered: delivered");
        var texts = await TextsAsync();
        texts.ShouldBe(texts.Distinct());
        acked.Where(i => !IsStatus(i)).Select(Text).Except(texts).ShouldBeEmpty();
    }

    // All at once, statuses and texts in turn. As Twilio does, what was not answered is sent again in the next life.
    private Task SendAsync(ConcurrentBag<int> acked) => Task.WhenAll(Enumerable.Range(0, 2 * Each).Except(acked).Select(async i =>
    {
        try
        {
            var answer = IsStatus(i) ? await twilio.TellSmsStatusAsync(Sent(i / 2), "delivered") : await twilio.BringSmsAsync($"SMinbound{i}", Text(i));
            answer.Status.ShouldBe(200);
            acked.Add(i);
        }
        catch (HttpRequestException)
        {
            // It is dead, and has promised nothing.
        }
    }));

    private Task KillAsync()
    {
        kills.Add(TimeProvider.System.GetUtcNow());
        return server.KillAsync();
    }

    private bool WasLeftToTheNextLife(JsonNode callback) => kills.Any(at => (DateTimeOffset)callback["receivedAt"]! < at && at < (DateTimeOffset)callback["processedAt"]!);

    private async Task<string> StatusesAsync(int i)
    {
        var message = await user.MessageAsync(messages[i / 2]);
        return $"{message["status"]}: {string.Join(", ", message["statusHistory"]!.AsArray().Select(s => (string)s!["status"]!))}";
    }

    private async Task<IReadOnlyList<string>> TextsAsync()
    {
        var ticket = (await user.AllAsync("/v1/tickets")).ShouldHaveSingleItem();
        return [.. (await user.TicketMessagesAsync(Guid.Parse((string)ticket["id"]!))).Select(m => (string)m["body"]!)];
    }

    private static bool IsStatus(int i) => i % 2 == 0;

    private static string Sent(int i) => $"SMsent{i}";

    private static string Text(int i) => $"Text {i}";
}
