using Gatepost.Testing;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>A callback that comes while nothing can be stored.</summary>
public sealed class CallbackStorageTests : IAsyncLifetime
{
    private ServerProcess server = null!;
    private ApiUser user = null!;
    private TwilioCaller twilio = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ServerProcess.StartAsync();
        user = await server.NewOrganizationAsync();
        twilio = await TwilioCaller.NewAsync(server, user);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Receive_DiskIsFull_Answers503AndTakesTheRepetitionOnce()
    {
        SkipUnlessTheFileIsOurs();
        var message = await user.NewMessageAsync("sms", "twilio", "SM1", TwilioCaller.Customer);
        server.FillDisk();

        var refused = await twilio.TellSmsStatusAsync("SM1", "delivered");
        server.FreeDisk();
        var repeated = await twilio.TellSmsStatusAsync("SM1", "delivered");

        (refused.Status, refused.RetryAfter, refused.Code).ShouldBe((503, "5", "storage_unavailable"));
        repeated.Status.ShouldBe(200);
        (await user.ProcessedCallbacksAsync(1)).ShouldHaveSingleItem();
        var heard = await user.MessageAsync(message);
        ((string)heard["status"]!, heard["statusHistory"]!.AsArray().Count).ShouldBe(("delivered", 1));
    }

    [Fact]
    public async Task Receive_DiskIsFullForSeveralTries_LosesNoMessage()
    {
        SkipUnlessTheFileIsOurs();
        server.FillDisk();
        for (var tries = 0; tries < 3; tries++)
            (await twilio.BringSmsAsync("SM1", "Hello?")).Status.ShouldBe(503);
        server.FreeDisk();

        (await twilio.BringSmsAsync("SM1", "Hello?")).Status.ShouldBe(200);

        await user.ProcessedCallbacksAsync(1);
        var ticket = (await user.AllAsync("/v1/tickets")).ShouldHaveSingleItem();
        (await user.TicketMessagesAsync(Guid.Parse((string)ticket["id"]!))).ShouldHaveSingleItem();
    }

    // PostgreSQL writes its own files: see DegradedDatabaseTests.
    private static void SkipUnlessTheFileIsOurs() => Assert.SkipWhen(GatepostHost.Storage == TestStorage.Postgres, "The disk is the database server's.");
}
