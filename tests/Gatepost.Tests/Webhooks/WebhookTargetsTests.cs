using Gatepost.Organizations;
using Gatepost.Storage;
using Gatepost.Webhooks;

namespace Gatepost.Tests.Webhooks;

public sealed class WebhookTargetsTests
{
    private Task open = Task.CompletedTask;
    private int reads;
    private Func<WebhookSettings?> answer = Settings;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Twice_ReadsOnce()
    {
        var targets = new WebhookTargets(FindAsync);

        var first = await targets.GetAsync(1, Token);
        var second = await targets.GetAsync(1, Token);

        second.ShouldBeSameAs(first);
        reads.ShouldBe(1);
    }

    [Fact]
    public async Task Get_AfterForget_ReadsAgain()
    {
        var targets = new WebhookTargets(FindAsync);
        await targets.GetAsync(1, Token);

        targets.Forget(1);
        await targets.GetAsync(1, Token);

        reads.ShouldBe(2);
    }

    [Fact]
    public async Task Forget_DuringARead_DropsWhatThatReadFinds()
    {
        var targets = new WebhookTargets(FindAsync);
        var gate = Close();
        var early = targets.GetAsync(1, Token).AsTask();
        targets.Forget(1);
        gate.SetResult();

        var stale = await early;

        (await targets.GetAsync(1, Token)).ShouldNotBeSameAs(stale);
    }

    [Fact]
    public async Task Get_UnknownOrFailing_IsNotKept()
    {
        var targets = new WebhookTargets(FindAsync);
        answer = () => null;
        (await targets.GetAsync(1, Token)).ShouldBeNull();
        answer = () => throw new StorageUnavailableException("The disk is gone.");
        await Should.ThrowAsync<StorageUnavailableException>(async () => await targets.GetAsync(1, Token));
        answer = Settings;

        (await targets.GetAsync(1, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Get_ManyWebhooks_KeepsTheUsedOnesAndStaysBounded()
    {
        var targets = new WebhookTargets(FindAsync, capacity: 10);
        for (var seq = 1; seq <= 100; seq++)
        {
            await targets.GetAsync(seq, Token);
            await targets.GetAsync(1, Token);
        }

        reads.ShouldBe(100);
        await targets.GetAsync(2, Token);
        reads.ShouldBe(101);
    }

    [Fact]
    public async Task Get_CallerGivesUp_DoesNotDisturbTheOthers()
    {
        var targets = new WebhookTargets(FindAsync);
        var gate = Close();
        using var impatient = new CancellationTokenSource();
        var first = targets.GetAsync(1, impatient.Token).AsTask();
        var second = targets.GetAsync(1, Token).AsTask();

        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        gate.SetResult();

        (await second).ShouldNotBeNull();
    }

    private TaskCompletionSource Close()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        open = gate.Task;
        return gate;
    }

    private async Task<WebhookSettings?> FindAsync(long seq, CancellationToken cancellation)
    {
        reads++;
        var settings = answer();
        await open;
        return settings;
    }

    private static WebhookSettings Settings() => new()
    {
        Seq = 1,
        Id = Guid.CreateVersion7(),
        Name = "Orders",
        Organization = new OrganizationRef(1, Guid.CreateVersion7()),
        IsActive = true,
        Target = null,
    };
}
