using Gatepost.Events;
using Gatepost.Providers;
using Gatepost.Tickets;

namespace Gatepost.Tests.Callbacks;

/// <summary>What SMS and WhatsApp messages do to tickets.</summary>
public sealed class InboundChatTests : IAsyncLifetime
{
    private InboundDesk desk = null!;

    public async ValueTask InitializeAsync() => desk = await InboundDesk.OpenAsync();

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task Receive_TwoTextsOfOneSender_AreOneTicket()
    {
        var first = await desk.ReceiveTextAsync("Where is my order?\nIt is late.");
        var second = await desk.ReceiveTextAsync("Hello?");

        (first.Kind, second.Kind, second.TicketId).ShouldBe(("ticket_created", "message_added", first.TicketId));
        var ticket = await desk.FindAsync(first.TicketId);
        (ticket.Subject, ticket.Requester.Phone).ShouldBe(("Where is my order?", "+15550100"));
        (await desk.MessagesAsync(ticket.Id)).Select(m => (m.Channel, m.Body)).ShouldBe([("sms", "Where is my order?\nIt is late."), ("sms", "Hello?")]);
        (await desk.EventsAsync()).ShouldBe([EventType.TicketCreated, EventType.MessageCreated, EventType.MessageCreated]);
    }

    [Fact]
    public async Task Receive_OtherChannelOrSender_IsAnotherTicket()
    {
        var sms = await desk.ReceiveTextAsync("Hello");
        var whatsApp = await desk.ReceiveTextAsync("Hello", CallbackChannel.WhatsApp);
        var other = await desk.ReceiveTextAsync("Hello", from: "+15550101");

        new[] { sms.TicketId, whatsApp.TicketId, other.TicketId }.ShouldBeUnique();
    }

    [Fact]
    public async Task Receive_TicketIsResolved_OpensItAgain()
    {
        var first = await desk.ReceiveTextAsync("Hello");
        await desk.SetStatusAsync(first.TicketId!.Value, "resolved");

        (await desk.ReceiveTextAsync("Still broken")).TicketId.ShouldBe(first.TicketId);

        (await desk.FindAsync(first.TicketId)).Status.ShouldBe(TicketStatus.Open);
    }

    [Fact]
    public async Task Receive_TicketIsClosed_BeginsANewOne()
    {
        var first = await desk.ReceiveTextAsync("Hello");
        await desk.SetStatusAsync(first.TicketId!.Value, "closed");

        var second = await desk.ReceiveTextAsync("Another thing");
        var third = await desk.ReceiveTextAsync("And");

        (second.Kind, third.TicketId).ShouldBe(("ticket_created", second.TicketId));
        (await desk.FindAsync(first.TicketId)).Status.ShouldBe(TicketStatus.Closed);
    }

    [Fact]
    public async Task Receive_MediaWithoutText_IsRecordedByItsUrl()
    {
        var effect = await desk.ReceiveTextAsync(
            null, CallbackChannel.WhatsApp, "+15550100", new CallbackMedia("M1", "https://media.test/1", "image/jpeg", "../a.jpg"), new CallbackMedia("M2", null, null, null));

        var attachments = (await desk.MessagesAsync(effect.TicketId)).ShouldHaveSingleItem().Attachments;
        attachments.Select(a => (a.FileName, a.ContentType, a.ContentId, a.Url, a.Size)).ShouldBe(
            [("a.jpg", "image/jpeg", "M1", "https://media.test/1", null), ("media-2", "application/octet-stream", "M2", null, null)]);
        (await desk.FindAsync(effect.TicketId)).Subject.ShouldBe("WhatsApp message from +15550100");
    }

    [Fact]
    public async Task Receive_NoSender_IsIgnored() => (await desk.ReceiveTextAsync("Hello", from: "")).Kind.ShouldBe("ignored");
}
