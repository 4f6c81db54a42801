using Dapper;
using Gatepost.Callbacks;
using Gatepost.Providers;
using Gatepost.Tickets;

namespace Gatepost.Storage.Sql;

/// <summary>SMS and WhatsApp have no threads: a sender's messages go to one ticket until it is closed.</summary>
internal sealed class ChatIntake(TicketIntake tickets)
{
    public CallbackEffect Apply(WriteSession session, CallbackSource source, CallbackEvent e)
    {
        if (string.IsNullOrWhiteSpace(e.From))
            return new CallbackEffect("ignored", Detail: "The provider does not say who sent it.");
        var thread = new { source.Organization.Seq, channel = ChatDraft.Name(e.Channel), sender = e.From };
        var known = session.Connection.ExecuteScalar<long?>(
            "SELECT ticket_seq FROM sender_threads WHERE organization_seq = @Seq AND channel = @channel AND sender = @sender", thread) is { } seq
            ? TicketRow.FindBySeq(session.Connection, source.Organization, seq)
            : null;
        // A resolved one was perhaps not; what somebody closed stays so.
        if (known?.Status == TicketStatus.Closed.Name())
            known = null;
        if (tickets.Take(session, source.Organization, known, now => ChatDraft.Of(e, e.From, now)) is not var (ticketSeq, effect))
            return new CallbackEffect("ignored", Detail: "The organization is gone.");
        session.Connection.Execute(
            """
            INSERT INTO sender_threads (organization_seq, channel, sender, ticket_seq) VALUES (@Seq, @channel, @sender, @ticketSeq)
            ON CONFLICT (organization_seq, channel, sender) DO UPDATE SET ticket_seq = excluded.ticket_seq
            """,
            new { thread.Seq, thread.channel, thread.sender, ticketSeq });
        return effect;
    }
}
