using Gatepost.Notifications;
using Gatepost.Organizations;
using Gatepost.Storage;
using Gatepost.Storage.Sql;
using Gatepost.Testing;

namespace Gatepost.Tests.Storage;

public abstract class NotificationStoreTests(TestStorage storage) : NotificationStoreConformance, IAsyncDisposable
{
    private readonly TestDatabase db = TestDatabase.Create(storage);
    private protected override INotificationStore Store => new NotificationStore(db.Database);

    [Fact]
    public async Task AppendDisabled_SmtpOff_QueuesNoMail()
    {
        var organization = await AddOrganizationAsync("ann@example.com");

        await DisabledWebhookRows.AppendAsync(db, organization, Now, 0, new SmtpOptions());

        (await Store.ReadDueMailsAsync(Now.AddDays(1), 50, TestContext.Current.CancellationToken)).ShouldBeEmpty();
        (await Store.ListAsync(organization, new PageRequest(1, null), TestContext.Current.CancellationToken)).Items.Count.ShouldBe(1);
    }

    private protected override Task<OrganizationRef> AddOrganizationAsync(params string[] admins) => DisabledWebhookRows.AddOrganizationAsync(db, admins);

    private protected override Task<Guid> DisableWebhookAsync(OrganizationRef organization, DateTimeOffset now, int waiting = 0) =>
        DisabledWebhookRows.AppendAsync(db, organization, now, waiting, new SmtpOptions { Host = "mail.example.com" });

    public ValueTask DisposeAsync() => db.DisposeAsync();
}
