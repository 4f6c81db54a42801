using System.Security.Cryptography;
using Dapper;
using Gatepost.Callbacks;
using Gatepost.Events;
using Gatepost.Providers;
using Gatepost.Providers.Mail;
using Gatepost.Tickets;

namespace Gatepost.Tests.Callbacks;

/// <summary>What inbound e-mail does to tickets.</summary>
public sealed class InboundMailTests : IAsyncLifetime
{
    private InboundDesk desk = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => desk = await InboundDesk.OpenAsync();

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task Receive_SignedReply_AddsAMessageWithQuotesBesideIt()
    {
        var effect = await desk.ReceiveVectorAsync("01");

        (effect.Kind, effect.TicketId).ShouldBe(("message_added", desk.Ticket.Id));
        var message = (await desk.MessagesAsync()).ShouldHaveSingleItem();
        (message.Id, message.Direction, message.Channel, message.Author!.Email).ShouldBe((effect.MessageId!.Value, MessageDirection.Inbound, "email", InboundDesk.Customer));
        message.Body.ShouldBe("It still does not print – the light is red.\n\nThanks\nAlice");
        message.BodyHtml!.ShouldContain("wrote:");
        message.BodyHtml!.Length.ShouldBeGreaterThan(message.Body.Length);
        (await desk.EventsAsync()).ShouldBe([EventType.MessageCreated]);
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("resolved")]
    public async Task Receive_ReplyToAFinishedTicket_OpensItAgain(string status)
    {
        await desk.SetStatusAsync(desk.Ticket.Id, status);

        await desk.ReceiveVectorAsync("01");

        (await desk.FindAsync(desk.Ticket.Id)).Status.ShouldBe(TicketStatus.Open);
        (await desk.EventsAsync()).TakeLast(2).ShouldBe([EventType.TicketStatusChanged, EventType.MessageCreated]);
    }

    [Fact]
    public async Task Receive_NewSender_OpensATicket()
    {
        var effect = await desk.ReceiveMailAsync("Subject: My bill\r\nMessage-ID: <1@customer.test>", "It is too high.", from: "Bob <bob@customer.test>");

        effect.Kind.ShouldBe("ticket_created");
        var ticket = await desk.FindAsync(effect.TicketId);
        (ticket.Subject, ticket.Number, ticket.Requester).ShouldBe(("My bill", 1043, new Contact { Name = "Bob", Email = "bob@customer.test" }));
        (await desk.MessagesAsync(ticket.Id)).ShouldHaveSingleItem().Body.ShouldBe("It is too high.");
        (await desk.EventsAsync()).ShouldBe([EventType.TicketCreated, EventType.MessageCreated]);
    }

    [Fact]
    public async Task Receive_NoSubjectAndNoText_StillMakesAMessage()
    {
        var effect = await desk.ReceiveMailAsync("Message-ID: <1@customer.test>", "");

        (await desk.FindAsync(effect.TicketId)).Subject.ShouldBe("(no subject)");
        (await desk.MessagesAsync(effect.TicketId)).ShouldHaveSingleItem().Body.ShouldBe(InboundDraft.NoText);
    }

    [Fact]
    public async Task Receive_AnswerToOnesOwnFirstMail_GoesToItsTicket()
    {
        var first = await desk.ReceiveMailAsync("Subject: My bill\r\nMessage-ID: <1@customer.test>");

        var second = await desk.ReceiveMailAsync("Subject: And\r\nMessage-ID: <2@customer.test>\r\nIn-Reply-To: <1@customer.test>");
        var stranger = await desk.ReceiveMailAsync("Subject: I\r\nMessage-ID: <3@evil.test>\r\nIn-Reply-To: <1@customer.test>", from: "eve@evil.test");

        (second.Kind, second.TicketId).ShouldBe(("message_added", first.TicketId));
        stranger.Kind.ShouldBe("ticket_created");
    }

    [Theory]
    [InlineData("generic", "<sent@x.test>", "<sent@x.test>")]
    [InlineData("ses", "0100018f-1", "<0100018f-1@email.amazonses.com>")]
    [InlineData("postmark", "B7BC2F4A-1", "<b7bc2f4a-1@mtasv.net>")]
    public async Task Receive_AnswerToARegisteredMessage_GoesToItsTicket(string provider, string registered, string answered)
    {
        await desk.SendAsync(provider, registered);

        var effect = await desk.ReceiveMailAsync($"Subject: Re\r\nMessage-ID: <2@customer.test>\r\nIn-Reply-To: {answered}");

        effect.TicketId.ShouldBe(desk.Ticket.Id);
    }

    [Theory]
    [InlineData("01")]
    [InlineData("18")]
    public async Task Receive_TheSameMailAgain_AddsNothing(string vector)
    {
        await desk.ReceiveVectorAsync(vector);

        var again = await desk.ReceiveVectorAsync(vector);

        (again.Kind, again.TicketId).ShouldBe(("duplicate", desk.Ticket.Id));
        (await desk.EventsAsync()).ShouldBe([EventType.MessageCreated]);
    }

    [Fact]
    public async Task Receive_ForgedSender_WaitsUntilItIsReleased()
    {
        var held = await desk.ReceiveVectorAsync("20");
        (held.Kind, held.TicketId, (await desk.EventsAsync()).Count).ShouldBe(("quarantined", null, 0));

        var released = await desk.ReceiveVectorAsync("20", released: true);

        (released.Kind, released.TicketId).ShouldBe(("message_added", desk.Ticket.Id));
        (await desk.MessagesAsync()).ShouldHaveSingleItem().Body.ShouldBe("Please send me the password for my account.");
    }

    [Fact]
    public async Task Receive_SubjectTagAlone_IsQuarantined() =>
        (await desk.ReceiveMailAsync("Subject: Re: [#1042] Printer\r\nMessage-ID: <1@customer.test>")).Kind.ShouldBe("quarantined");

    [Theory]
    [InlineData("21")]
    [InlineData("22")]
    public async Task Receive_LoopOrList_IsIgnored(string vector)
    {
        (await desk.ReceiveVectorAsync(vector)).Kind.ShouldBe("ignored");

        (await desk.EventsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(InboundDesk.Customer, "pass", "A signed reply. The sender is a verified participant.")]
    [InlineData(InboundDesk.Customer, "none", "A signed reply. The sender is not verified.")]
    [InlineData("eve@evil.test", "pass", "A signed reply. The sender is not verified.")]
    [InlineData("agent@example.com", "none", "A signed reply. The sender claims to be at an agents' domain; nothing proves it.")]
    [InlineData("agent@example.com", "pass", "A signed reply. The sender is at an agents' domain; DMARC passes.")]
    public async Task Receive_SignedReply_TellsWhatIsKnownOfTheSender(string from, string dmarc, string detail)
    {
        var to = ReplyToken.Address("1042", "reply.example.com", "inbound-reply-key-01");

        var effect = await desk.ReceiveMailAsync(
            $"Message-ID: <1@x.test>\r\nAuthentication-Results: mx.inbound.example.com; dmarc={dmarc} header.from={from.Split('@')[1]}", to: to, from: from);

        (effect.Kind, effect.Detail).ShouldBe(("message_added", detail));
        (await desk.MessagesAsync()).ShouldHaveSingleItem().Direction.ShouldBe(MessageDirection.Inbound);
    }

    [Theory]
    [InlineData("15", MessageStatus.Bounced, "5.1.1")]
    [InlineData("28", MessageStatus.Complained, null)]
    public async Task Receive_Report_IsToldOfTheOriginalMessage(string vector, MessageStatus status, string? code)
    {
        var effect = await desk.ReceiveVectorAsync(vector);

        (effect.Kind, effect.TicketId, effect.MessageId).ShouldBe(("status", desk.Ticket.Id, null));
        desk.Reports.ShouldBe([(status, "t1042.m77.a7390e23a0162ff8@mail.example.com", InboundDesk.Customer, code)]);
        (await desk.EventsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Receive_ReadReceipt_MarksTheMessageRead()
    {
        (await desk.ReceiveVectorAsync("27")).Kind.ShouldBe("status");

        desk.Reports.ShouldHaveSingleItem().Status.ShouldBe(MessageStatus.Read);
    }

    [Fact]
    public async Task Receive_ReportOfAnUnknownMessage_IsIgnored()
    {
        await desk.Tickets.DeleteAsync(desk.Organization, desk.Ticket.Id, desk.Db.Clock.GetInstant(), Token);

        (await desk.ReceiveVectorAsync("15")).Kind.ShouldBe("ignored");
        (await desk.ReceiveVectorAsync("28")).Kind.ShouldBe("ignored");

        desk.Reports.ShouldBeEmpty();
    }

    [Fact]
    public async Task Receive_Attachments_AreKeptByteForByte()
    {
        await desk.ReceiveVectorAsync("11");

        var message = (await desk.MessagesAsync()).ShouldHaveSingleItem();
        message.Attachments.Select(a => a.FileName).ShouldBe(["請求書 Résumé.pdf", "Über.txt", "passwd", "invoice.pdf.exe", "inner.eml"]);
        message.Attachments.Select(a => a.Blocked).ShouldBe([false, false, false, true, false]);
        message.Attachments.ShouldAllBe(a => a.Content == null);
        var pdf = (await desk.Tickets.FindAttachmentAsync(desk.Organization, desk.Ticket.Id, message.Id, message.Attachments[0].Id, Token))!;
        (pdf.ContentType, pdf.Size).ShouldBe(("application/pdf", 14));
        Convert.ToHexStringLower(SHA256.HashData(pdf.Content!)).ShouldBe("4c413baa5077fb8da875ce0da74321c6c69aa6f473707d044ac8a2159085e50e");
    }

    [Fact]
    public async Task FindAttachment_OtherTicketOrMessage_IsNotThere()
    {
        await desk.ReceiveVectorAsync("11");
        var message = (await desk.MessagesAsync())[0];
        var (other, id) = (await desk.NewTicketAsync("bob@customer.test"), message.Attachments[0].Id);

        (await desk.Tickets.FindAttachmentAsync(desk.Organization, other.Id, message.Id, id, Token)).ShouldBeNull();
        (await desk.Tickets.FindAttachmentAsync(desk.Organization, desk.Ticket.Id, other.Id, id, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task ReplyAddress_AnsweredByAStranger_FindsTheTicket()
    {
        var settings = (await desk.Mail.FindAsync(desk.Organization, Token))!;
        var address = ReplyAddress.Of(desk.Ticket.Number, settings, Guid.NewGuid());

        var effect = await desk.ReceiveMailAsync("Subject: Hi\r\nMessage-ID: <1@other.test>", to: address.ReplyTo, from: "eve@other.test");

        effect.TicketId.ShouldBe(desk.Ticket.Id);
    }

    [Fact]
    public async Task ReplyAddress_MessageIdIsAnswered_FindsTheTicket()
    {
        var settings = (await desk.Mail.FindAsync(desk.Organization, Token))!;
        var address = ReplyAddress.Of(desk.Ticket.Number, settings, Guid.NewGuid());
        (await desk.Mail.RememberAsync(desk.Organization, desk.Ticket.Id, address.MessageId, Token)).ShouldBeTrue();
        // All keys are lost: what was remembered is still known.
        await desk.Mail.PutAsync(desk.Organization, _ => settings with { ReplyKeys = ["another-key-altogether"] }, desk.Db.Clock.GetInstant(), Token);

        var effect = await desk.ReceiveMailAsync($"Subject: Hi\r\nMessage-ID: <1@customer.test>\r\nIn-Reply-To: {address.MessageId}");

        effect.TicketId.ShouldBe(desk.Ticket.Id);
    }

    [Fact]
    public async Task Settings_InTheFile_AreNotReadable()
    {
        var stored = await desk.Db.Database.ReadAsync(c => c.ExecuteScalar<byte[]>("SELECT settings FROM inbound_mail"), Token);

        stored!.AsSpan().IndexOf("reply"u8).ShouldBe(-1);
        (await desk.Mail.FindAsync(desk.Organization, Token))!.ReplyKeys.ShouldBe(InboundDesk.Settings.ReplyKeys);
    }
}
