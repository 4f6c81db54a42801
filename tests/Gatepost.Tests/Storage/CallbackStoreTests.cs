using Gatepost.Callbacks;
using Gatepost.Messages;
using Gatepost.Providers;
using Gatepost.Storage;
using Gatepost.Testing;
using Gatepost.Tests.Callbacks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Tests.Storage;

public abstract class CallbackStoreTests(TestStorage storage) : IAsyncLifetime
{
    private InboundDesk desk = null!;
    private CallbackAccount account = null!;

    private ICallbackStore Store => desk.Db.Services.GetRequiredService<ICallbackStore>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        desk = await InboundDesk.OpenAsync(storage);
        account = await desk.NewAccountAsync("sparkpost");
    }

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task Apply_HugeBatchOfStatuses_LetsOtherWritesComeBetween()
    {
        var source = await AcceptAsync();

        var applying = Store.ApplyAsync(source, Statuses(5_000), Token);
        await AcceptAsync();

        applying.IsCompleted.ShouldBeFalse();
        await applying;
    }

    [Fact]
    public async Task Apply_HugeBatchOfStatusesAgain_KeepsWhatEachBecame()
    {
        var source = await AcceptAsync();
        await Store.ApplyAsync(source, Statuses(600), Token);
        var first = await EffectsAsync();

        await Store.ApplyAsync(source, Statuses(600), Token);

        first.Count.ShouldBe(600);
        first.ShouldAllBe(e => e.Kind == "waiting");
        (await EffectsAsync()).ShouldBe(first);
    }

    [Fact]
    public async Task Apply_AgainAfterTheMessageWasRegistered_NamesIt()
    {
        var source = await AcceptAsync();
        await Store.ApplyAsync(source, Statuses(2), Token);
        var message = new OutboundMessage
        {
            Id = Guid.CreateVersion7(),
            Channel = CallbackChannel.Email,
            Provider = "sparkpost",
            ProviderMessageId = "message-0",
            To = "ada@example.com",
            Status = MessageStatus.Accepted,
            CreatedAt = desk.Db.Clock.GetUtcNow(),
            UpdatedAt = desk.Db.Clock.GetUtcNow(),
        };
        await desk.Db.Services.GetRequiredService<IMessageStore>().RegisterAsync(desk.Organization, message, Token);

        await Store.ApplyAsync(source, Statuses(2), Token);

        (await EffectsAsync()).Select(e => (e.Kind, e.MessageId)).ShouldBe([("status", message.Id), ("waiting", (Guid?)null)]);
    }

    [Theory]
    [InlineData(10, 1_000_000, 0, 3)]
    [InlineData(2, 1_000_000, 0, 2)]
    [InlineData(10, 3, 0, 1)]
    [InlineData(10, 1, 0, 1)]
    [InlineData(10, 1, 1, 0)]
    [InlineData(10, 1_000_000, 2, 1)]
    public async Task ReadDue_Room_BoundsNumberAndBytesAndLeavesOutWhatIsBegun(int count, long bytes, int begun, int expected)
    {
        CallbackSource[] sources = [await AcceptAsync(), await AcceptAsync(), await AcceptAsync()];
        var waiting = sources.Select(s => s.CallbackSeq).ToArray();

        var due = await Store.ReadDueAsync(desk.Db.Clock.GetUtcNow(), new CallbackRoom(count, bytes), waiting[..begun], Token);

        due.Select(d => d.Source.CallbackSeq).ShouldBe(waiting[begun..][..expected]);
    }

    private async Task<IReadOnlyList<CallbackEffect>> EffectsAsync()
    {
        var listed = await Store.ListAsync(desk.Organization, new CallbackFilter(null, CallbackStatus.Processed, null), new PageRequest(1, null), Token);
        return (await Store.FindAsync(desk.Organization, listed.Items.ShouldHaveSingleItem().Id, Token))!.Callback.Effects;
    }

    private async Task<CallbackSource> AcceptAsync()
    {
        var request = new CallbackRequest
        {
            Method = "POST",
            Url = "https://example.com/callbacks/t/email-status",
            Route = "email-status",
            Headers = new Dictionary<string, StringValues>(),
            Body = "[]"u8.ToArray(),
        };
        return (await Store.AcceptAsync(account, request, null, Token))!;
    }

    private static List<CallbackEvent> Statuses(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new CallbackEvent
        {
            Kind = CallbackEventKind.Status, Channel = CallbackChannel.Email, Status = MessageStatus.Delivered, ProviderStatus = "delivery",
            ProviderMessageId = $"message-{i}", DedupKey = $"sparkpost|{i}",
        }),
    ];
}
