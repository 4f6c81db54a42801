using Gatepost.Testing;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>Callbacks overtake each other on their way.</summary>
public sealed class StatusOrderTests(StatusOrderTests.Desk desk) : IClassFixture<StatusOrderTests.Desk>
{
    private static readonly string[] Statuses = ["queued", "sent", "delivered", "read"];

    public static TheoryData<string> Orders => [.. Permutations(Statuses).Select(p => string.Join(' ', p))];

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Receive_StatusesInAnyOrder_EndTheSame(string order)
    {
        var sid = $"SM{order.Replace(' ', '-')}";
        var message = await desk.User.NewMessageAsync("whatsapp", "twilio", sid, TwilioCaller.Customer);

        foreach (var (i, status) in order.Split(' ').Index())
        {
            (await desk.Twilio.TellWhatsAppStatusAsync(sid, status)).Status.ShouldBe(200);
            await HeardAsync(message, i + 1);
        }

        var (final, history) = await HeardAsync(message, Statuses.Length);
        final.ShouldBe("read");
        history.ShouldBe(order);
    }

    [Fact]
    public async Task Receive_StatusesBeforeTheMessageIsRegistered_EndTheSame()
    {
        foreach (var status in Statuses.Reverse())
            await desk.Twilio.TellWhatsAppStatusAsync("SMearly", status);
        await desk.User.ProcessedCallbacksAsync(Statuses.Length);

        var message = await desk.User.NewMessageAsync("whatsapp", "twilio", "SMearly", TwilioCaller.Customer);

        (await HeardAsync(message, Statuses.Length)).Status.ShouldBe("read");
    }

    /// <summary>The status and the history, once that is so long.</summary>
    private async Task<(string Status, string History)> HeardAsync(Guid message, int count)
    {
        var heard = await Eventually.GetAsync(() => desk.User.MessageAsync(message), m => m["statusHistory"]!.AsArray().Count >= count);
        return ((string)heard["status"]!, string.Join(' ', heard["statusHistory"]!.AsArray().Select(s => (string)s!["status"]!)));
    }

    private static IEnumerable<string[]> Permutations(string[] of) =>
        of.Length == 0 ? [[]] : of.SelectMany(first => Permutations([.. of.Where(o => o != first)]).Select(rest => (string[])[first, .. rest]));

    /// <summary>One server for all orders.</summary>
    public sealed class Desk : IAsyncLifetime
    {
        private GatepostHost host = null!;

        internal ApiUser User { get; private set; } = null!;

        internal TwilioCaller Twilio { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            host = await GatepostHost.StartAsync();
            User = await host.NewOrganizationAsync();
            Twilio = await TwilioCaller.NewAsync(host, User);
        }

        public ValueTask DisposeAsync() => host.DisposeAsync();
    }
}
