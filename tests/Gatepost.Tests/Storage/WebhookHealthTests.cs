using Dapper;
using Gatepost.Deliveries;
using Gatepost.Notifications;
using Gatepost.Storage.Sql;
using Gatepost.Testing;
using Gatepost.Webhooks;
using Microsoft.Extensions.Options;

namespace Gatepost.Tests.Storage;

public abstract class WebhookHealthTests(TestStorage storage) : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    private readonly TestDatabase db = TestDatabase.Create(storage);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => db.DisposeAsync();

    [Fact]
    public async Task RecordFailure_EarlierEndWrittenLater_BeginsTheFailing()
    {
        var organization = await DisabledWebhookRows.AddOrganizationAsync(db);
        var id = await DisabledWebhookRows.AppendAsync(db, organization, Now, waiting: 0, new SmtpOptions());
        var seq = await db.Database.ReadAsync(c => c.ExecuteScalar<long>("SELECT seq FROM webhooks WHERE id = @id", new { id }), Token);
        var health = new WebhookHealth(
            db.Handover, new DisablePolicy(0, TimeSpan.Zero), new NotificationWriter(Options.Create(new SmtpOptions()), Options.Create(new PublicAddress())));
        var result = new AttemptResult { Outcome = AttemptOutcome.HttpStatus, Status = 500, StartedAt = Now };

        foreach (var end in (DateTimeOffset[])[Now.AddMilliseconds(5), Now, Now.AddMilliseconds(9)])
            await db.Database.WriteAsync(session => health.RecordFailure(session, seq, result, end), Token);

        var since = await db.Database.ReadAsync(c => c.ExecuteScalar<long>("SELECT failing_since FROM webhooks WHERE seq = @seq", new { seq }), Token);
        since.ShouldBe(Now.ToUnixTimeMilliseconds(), "recovering from there must reach every delivery that failed");
    }
}
