using System.Data.Common;
using Gatepost.Callbacks;
using Gatepost.Messages;
using Gatepost.Providers;

namespace Gatepost.Storage.Sql;

/// <summary>Writes what is heard of outbound messages, within the transaction that processes a callback.</summary>
internal static class MessageWriter
{
    /// <summary>Of each kind by one step into the index: a message may have tens of thousands, and all of them would be read for each one more.</summary>
    private const string Earliest =
        """
        WITH RECURSIVE
          statuses (status) AS (SELECT 0 UNION ALL SELECT status + 1 FROM statuses WHERE status < 11),
          kinds AS (SELECT status, terminal FROM statuses, (SELECT 0 AS terminal UNION ALL SELECT 1) AS flags),
          earliest AS (
            SELECT k.status, k.terminal,
              (SELECT COALESCE(s.occurred_at, s.received_at) FROM message_statuses s WHERE s.message_seq = $seq AND s.status = k.status AND s.terminal = k.terminal
               ORDER BY COALESCE(s.occurred_at, s.received_at) LIMIT 1) AS at
            FROM kinds k)
        SELECT status, terminal, at FROM earliest WHERE at IS NOT NULL
        """;

    private const string Move =
        "UPDATE messages SET status = $status, status_at = $at, updated_at = CASE WHEN updated_at > $now THEN updated_at ELSE $now END WHERE seq = $seq AND (status <> $status OR status_at IS DISTINCT FROM $at)";

    private const string Names = "SELECT m.id, t.id FROM messages m LEFT JOIN tickets t ON t.seq = m.ticket_seq AND t.deleted_at IS NULL WHERE m.seq = $seq";

    /// <summary>Keeps a status event, and moves its message on. The same event again changes nothing.</summary>
    /// <param name="e">A status or preference event.</param>
    public static CallbackEffect Apply(WriteSession session, CallbackSource source, CallbackEvent e)
    {
        if (e.Kind != CallbackEventKind.Status)
            return new CallbackEffect(e.Kind == CallbackEventKind.Preference ? "preference" : "ignored");
        var row = StatusRow.Of(source, e);
        row.MessageSeq = MessageMatcher.Find(session, source.Organization.Seq, row);
        var optedOut = e.Extra.TryGetValue(Extras.RecipientOptedOut, out var value) && value is true;
        KeepFacts(session.Connection, source, row, e.Channel, optedOut);
        if (row.LookupId is null && row.Reference is null)
            return new CallbackEffect(e.Status == MessageStatus.Unsubscribed ? "preference" : "ignored", Detail: "It names no message.");
        return Keep(session, source, row);
    }

    /// <summary>A status that waited may have its message by now: registering a message takes what waited for it.</summary>
    /// <returns>Null when it waits still.</returns>
    public static CallbackEffect? FindMessage(WriteSession session, CallbackSource source, CallbackEvent e)
    {
        var row = StatusRow.Of(source, e);
        row.MessageSeq = MessageMatcher.Find(session, source.Organization.Seq, row);
        return row.MessageSeq is { } seq && row.IsKnown(session, source.Organization.Seq) ? Name(session, seq, "status") : null;
    }

    /// <summary>The same for what a mail says of a message: a delivery report, a read receipt, a spam report.</summary>
    public static CallbackEffect RecordStatus(WriteSession session, CallbackSource source, MessageReport report)
    {
        var (connection, organization) = (session.Connection, source.Organization);
        var row = StatusRow.Of(source, MessageMatcher.Mail, report);
        row.MessageSeq = report.Message is { } id && OutboundMessageRow.Find(connection, organization, id) is { } named
            ? named.Seq
            : MessageMatcher.FindByMail(session, organization.Seq, report.OriginalMessageId, report.Recipient);
        KeepFacts(connection, source, row, CallbackChannel.Email, optedOut: false);
        return row.MessageSeq is null && row.LookupId is null
            ? new CallbackEffect("ignored", Detail: "It names no message.")
            : Keep(session, source, row);
    }

    /// <summary>Computes a message's status anew from everything that was heard of it.</summary>
    public static void Refresh(WriteSession session, long seq, DateTimeOffset now)
    {
        var (status, at) = StatusModel.Compute(Facts(session, seq));
        session.Prepare(Move).Bind((long)status).Bind(at).Bind(now).Bind(seq).Run();
    }

    private static CallbackEffect Name(WriteSession session, long seq, string kind)
    {
        var row = session.Prepare(Names).Bind(seq);
        try
        {
            row.Step();
            return new CallbackEffect(kind, row.Id(0), row.IsNull(1) ? null : row.Id(1));
        }
        finally
        {
            row.Reset();
        }
    }

    private static List<StatusFact> Facts(WriteSession session, long seq)
    {
        var facts = new List<StatusFact>();
        var row = session.Prepare(Earliest).Bind(seq);
        try
        {
            while (row.Step())
                facts.Add(new StatusFact((MessageStatus)row.Number(0), row.Number(1) == 1, row.Instant(2)));
        }
        finally
        {
            row.Reset();
        }

        return facts;
    }

    private static CallbackEffect Keep(WriteSession session, CallbackSource source, StatusRow row)
    {
        var known = row.IsKnown(session, source.Organization.Seq);
        if (!known)
            row.Insert(session, source.Organization.Seq, source.CallbackSeq);
        if (row.MessageSeq is not { } seq)
            return new CallbackEffect(known ? "duplicate" : "waiting", Detail: "No such message was registered when this came; whoever registers it gets the status.");
        if (!known)
            Refresh(session, seq, source.ReceivedAt);
        return Name(session, seq, known ? "duplicate" : "status");
    }

    // Whom they are about is known though the message may not be.
    private static void KeepFacts(DbConnection connection, CallbackSource source, StatusRow row, CallbackChannel channel, bool optedOut)
    {
        var fact = (MessageStatus)row.Status switch
        {
            MessageStatus.Complained => "complained",
            MessageStatus.Unsubscribed => "unsubscribed",
            _ => optedOut ? "unsubscribed" : null,
        };
        if (fact is null)
            return;
        var address = row.Recipient ?? (row.MessageSeq is { } seq ? OutboundMessageRow.Read(connection, source.Organization, seq).Recipient : null);
        if (address is null)
            return;
        RecipientFacts.Keep(connection, source.Organization, channel.Name(), address, fact, row.OccurredAt ?? row.ReceivedAt);
    }
}
