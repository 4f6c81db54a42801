using System.Text.Json.Nodes;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>A request of very many events: the inbox shows the first of them and says how many there are.</summary>
public sealed class ManyEventsTests : HostTests
{
    [Theory]
    [InlineData(100, 100, 100)]
    [InlineData(1_001, 100, 1_000)]
    public async Task Receive_Batch_IsShownWithItsFirstEventsAndTheirNumber(int sent, int listed, int shown)
    {
        await ReceiveAsync(sent);

        var inList = (await User.ProcessedCallbacksAsync(1)).ShouldHaveSingleItem();
        Count(inList, "effect").ShouldBe((listed, sent));
        ((string)inList["effects"]![0]!["kind"]!).ShouldBe("ignored");
        var alone = (await User.GetAsync($"/v1/callbacks/{inList["id"]}")).Json!;
        Count(alone, "effect").ShouldBe((shown, sent));
        Count(alone, "event").ShouldBe((shown, sent));
        ((string)alone["events"]![shown - 1]!["providerMessageId"]!).ShouldBe($"m{shown - 1}");
    }

    /// <summary>The first one is none that becomes anything.</summary>
    private async Task ReceiveAsync(int count)
    {
        var account = await User.PostAsync("/v1/provider-accounts", new { provider = "sparkpost", name = "Mail", credentials = new { secretPathOnly = true } });
        var path = new Uri((string)account.Json!["callbackUrls"]!["email-status"]!).AbsolutePath;
        var events = Enumerable.Range(0, count).Select(i =>
        {
            var said = new { type = "delivery", event_id = $"{i}", timestamp = "1759999999", transmission_id = $"m{i}", rcpt_to = "a@example.com" };
            return new { msys = new Dictionary<string, object> { [i == 0 ? "other_event" : "message_event"] = said } };
        });
        (await User.PostAsync(path, events)).Status.ShouldBe(200);
    }

    private static (int Shown, int Said) Count(JsonNode callback, string what) => (callback[$"{what}s"]!.AsArray().Count, (int)callback[$"{what}Count"]!);
}
