using Gatepost.Organizations;
using Gatepost.Storage;

namespace Gatepost.Tests.Storage;

/// <summary>What every database must do with notifications and their mails.</summary>
public abstract class NotificationStoreConformance
{
    private protected static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    private protected abstract INotificationStore Store { get; }

    private protected abstract Task<OrganizationRef> AddOrganizationAsync(params string[] admins);

    /// <summary>Makes a webhook with that many waiting deliveries and disables it, as the recorder does.</summary>
    private protected abstract Task<Guid> DisableWebhookAsync(OrganizationRef organization, DateTimeOffset now, int waiting = 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AppendDisabled_IsListedWithItsWords()
    {
        var organization = await AddOrganizationAsync();

        var webhookId = await DisableWebhookAsync(organization, Now, waiting: 3);

        var notification = (await Store.ListAsync(organization, new PageRequest(50, null), Token)).Items.ShouldHaveSingleItem();
        (notification.Type, notification.Reason, notification.WebhookId).ShouldBe(("webhook_disabled", "consecutive_failures", webhookId));
        (notification.CreatedAt, notification.ReadAt).ShouldBe((Now, null));
        notification.Title.ShouldBe("Webhook \"Orders\" was disabled");
        notification.Text.ShouldContain("The receiver answered 500.");
        notification.Text.ShouldContain("3 deliveries have not arrived; they are kept.");
    }

    [Fact]
    public async Task List_SeveralPages_NewestFirstOfOneOrganization()
    {
        var (mine, other) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        var first = await DisableWebhookAsync(mine, Now);
        await DisableWebhookAsync(other, Now);
        var second = await DisableWebhookAsync(mine, Now);

        var page = await Store.ListAsync(mine, new PageRequest(1, null), Token);
        var next = await Store.ListAsync(mine, new PageRequest(1, page.Next), Token);

        page.Items.Concat(next.Items).Select(n => n.WebhookId).ShouldBe([second, first]);
        next.Next.ShouldBeNull();
    }

    [Fact]
    public async Task MarkRead_Twice_KeepsTheFirstTime()
    {
        var organization = await AddOrganizationAsync();
        await DisableWebhookAsync(organization, Now);
        var id = (await Store.ListAsync(organization, new PageRequest(1, null), Token)).Items[0].Id;

        await Store.MarkReadAsync(organization, id, Now.AddMinutes(1), Token);
        var again = await Store.MarkReadAsync(organization, id, Now.AddMinutes(2), Token);

        again.Value!.ReadAt.ShouldBe(Now.AddMinutes(1));
    }

    [Fact]
    public async Task MarkRead_ForeignOrganization_IsNotFound()
    {
        var (mine, other) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        await DisableWebhookAsync(mine, Now);
        var id = (await Store.ListAsync(mine, new PageRequest(1, null), Token)).Items[0].Id;

        (await Store.MarkReadAsync(other, id, Now, Token)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await Store.ListAsync(mine, new PageRequest(1, null), Token)).Items[0].ReadAt.ShouldBeNull();
    }

    [Fact]
    public async Task ReadDueMails_OneForEachAdmin_OnceHoweverSpelled()
    {
        var organization = await AddOrganizationAsync("ann@example.com", "bob@example.com", "Ann@Example.com");
        await AddOrganizationAsync("eve@example.com");

        await DisableWebhookAsync(organization, Now);

        var mails = await Store.ReadDueMailsAsync(Now, 50, Token);
        mails.Select(m => m.Recipient.ToLowerInvariant()).ShouldBe(["ann@example.com", "bob@example.com"]);
        mails[0].Title.ShouldBe("Webhook \"Orders\" was disabled");
        (mails[0].AttemptCount, mails[0].CreatedAt).ShouldBe((0, Now));
    }

    [Fact]
    public async Task Mails_TakenOrPostponed_LeaveOrComeBackLater()
    {
        await DisableWebhookAsync(await AddOrganizationAsync("ann@example.com", "bob@example.com"), Now);
        var mails = await Store.ReadDueMailsAsync(Now, 50, Token);

        await Store.RemoveMailAsync(mails[0].Seq, Token);
        await Store.PostponeMailAsync(mails[1].Seq, Now.AddMinutes(1), Token);

        (await Store.ReadDueMailsAsync(Now.AddSeconds(59), 50, Token)).ShouldBeEmpty();
        var later = (await Store.ReadDueMailsAsync(Now.AddMinutes(1), 50, Token)).ShouldHaveSingleItem();
        (later.Seq, later.AttemptCount).ShouldBe((mails[1].Seq, 1));
    }

    [Fact]
    public async Task DropMails_OldOnes_LeavesTheRestAndTheNotification()
    {
        var organization = await AddOrganizationAsync("ann@example.com");
        await DisableWebhookAsync(organization, Now);
        await DisableWebhookAsync(organization, Now.AddMinutes(1));

        (await Store.DropMailsAsync(Now.AddMinutes(1), Token)).ShouldBe(1);

        (await Store.ReadDueMailsAsync(Now.AddDays(1), 50, Token)).Count.ShouldBe(1);
        (await Store.ListAsync(organization, new PageRequest(50, null), Token)).Items.Count.ShouldBe(2);
    }
}
