using Dapper;
using Gatepost.Server.Tests.Callbacks;
using Gatepost.Storage;
using Gatepost.Storage.Sql;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Hosting;

/// <summary>What <c>/metrics</c> tells of the inbox. Other tests of this process count too: only what is there is looked at.</summary>
public sealed class CallbackMetricsTests : HostTests
{
    private TwilioCaller twilio = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected override async Task PrepareAsync() => twilio = await TwilioCaller.NewAsync(Host, User);

    [Theory]
    [InlineData("gatepost_callback_requests_total", "accepted")]
    [InlineData("gatepost_callback_requests_total", "refused")]
    [InlineData("gatepost_callback_processed_total", "processed")]
    [InlineData("gatepost_callback_answer_duration_seconds_count", null)]
    public async Task Metrics_AcceptedAndRefusedCallback_AreCountedByProvider(string metric, string? result)
    {
        await twilio.BringSmsAsync("SM1", "Hello");
        await twilio.PostAsync("twilio/sms", new Dictionary<string, string>(StringComparer.Ordinal) { ["MessageSid"] = "SM2" }, "AAAA");

        var labels = result is null ? "provider=\"twilio\"}" : $"provider=\"twilio\",result=\"{result}\"}}";
        await Eventually.GetAsync(MetricsAsync, lines => lines.Any(l => l.StartsWith(metric, StringComparison.Ordinal) && l.Contains(labels, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Status_CallbackThatWaits_IsCountedWithItsAge()
    {
        await twilio.BringSmsAsync("SM1", "Hello");
        var callback = (await User.ProcessedCallbacksAsync(1)).ShouldHaveSingleItem();
        var status = Host.Get<IStorageStatus>();
        (await status.ReadAsync(DateTimeOffset.MaxValue, Token)).Unprocessed.ShouldBe(0);

        await Host.Get<Database>().WriteAsync(s => s.Connection.Execute("UPDATE callbacks SET next_attempt_at = 9000000000000"), Token);

        var waiting = await status.ReadAsync(DateTimeOffset.MaxValue, Token);
        (waiting.Unprocessed, waiting.OldestUnprocessed).ShouldBe((1, (DateTimeOffset)callback["receivedAt"]!));
    }

    private async Task<string[]> MetricsAsync() => (await Host.SendAsync(HttpMethod.Get, "/metrics", null, null)).Text.Split('\n');
}
