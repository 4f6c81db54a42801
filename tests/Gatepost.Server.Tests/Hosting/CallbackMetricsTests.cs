using Dapper;
using Gatepost.Server.Tests.Callbacks;
using Gatepost.Storage;
using Gatepost.Storage.Sqlite;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Hosting;

/// <summary>What <c>/metrics</c> tells of the inbox. Other tests of this process count too: only what is there is looked at.</summary>
public sealed class CallbackMetricsTests : IAsyncLifetime
{
    private GatepostHost host = null!;
    private ApiUser user = null!;
    private TwilioCaller twilio = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await GatepostHost.StartAsync();
        user = await host.NewOrganizationAsync();
        twilio = await TwilioCaller.NewAsync(host, user);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

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
        var callback = (await user.ProcessedCallbacksAsync(1)).ShouldHaveSingleItem();
        var status = host.Get<IStorageStatus>();
        (await status.ReadAsync(DateTimeOffset.MaxValue, Token)).Unprocessed.ShouldBe(0);

        await host.Get<SqliteDatabase>().WriteAsync(s => s.Connection.Execute("UPDATE callbacks SET next_attempt_at = 9000000000000"), Token);

        var waiting = await status.ReadAsync(DateTimeOffset.MaxValue, Token);
        (waiting.Unprocessed, waiting.OldestUnprocessed).ShouldBe((1, (DateTimeOffset)callback["receivedAt"]!));
    }

    private async Task<string[]> MetricsAsync() => (await host.SendAsync(HttpMethod.Get, "/metrics", null, null)).Text.Split('\n');
}
