using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatepost.Callbacks;
using Gatepost.Providers;
using Gatepost.Providers.Mail;

namespace Gatepost.Storage.Sql;

/// <summary>Applies the events of a callback in the open transaction, each once: a duplicate changes nothing.</summary>
internal sealed class CallbackEffects(InboundWriter inbound)
{
    /// <param name="mails">Read before the transaction, for each event that is a mail: parsing it would hold up every other write.</param>
    public IReadOnlyList<CallbackEffect> Apply(
        WriteSession session, CallbackSource source, IReadOnlyList<CallbackEvent> events, IReadOnlyList<MailReading?> mails, DateTimeOffset now) =>
        Apply(session, source, events, mails, Before(session, source), (0, events.Count), now);

    /// <param name="before">See <see cref="Before"/>.</param>
    /// <param name="slice">Which of the events.</param>
    public IReadOnlyList<CallbackEffect> Apply(
        WriteSession session, CallbackSource source, IReadOnlyList<CallbackEvent> events, IReadOnlyList<MailReading?> mails,
        IReadOnlyList<CallbackEffect> before, (int Start, int Count) slice, DateTimeOffset now)
    {
        // Another version may have read other events in it: then only what is remembered tells what was applied.
        var isSame = before.Count == events.Count;
        return [.. Enumerable.Range(slice.Start, slice.Count).Select(i => Apply(session, source, events[i], mails[i], isSame ? before[i] : null, now))];
    }

    /// <param name="before">What the same event of the same callback became when it was processed before.</param>
    private CallbackEffect Apply(WriteSession session, CallbackSource source, CallbackEvent e, MailReading? mail, CallbackEffect? before, DateTimeOffset now)
    {
        if (before is { Kind: "waiting" } && e.Kind == CallbackEventKind.Status)
            return MessageWriter.FindMessage(session, source, e) ?? before;
        // What was done stands; what was held or passed over may be done now.
        if (before is { Kind: not ("quarantined" or "ignored") })
            return before;
        if (!Remember(session, source, e, now) && before is null && !source.Released)
            return new CallbackEffect("duplicate");
        return e.Kind switch
        {
            CallbackEventKind.Inbound => inbound.Apply(session, source, e, mail),
            CallbackEventKind.Status or CallbackEventKind.Preference => MessageWriter.Apply(session, source, e),
            _ => new CallbackEffect("ignored"),
        };
    }

    /// <summary>What the events of this callback became when it was processed before; empty when it was not.</summary>
    public static IReadOnlyList<CallbackEffect> Before(WriteSession session, CallbackSource source)
    {
        var row = session.Prepare("SELECT outcome FROM callbacks WHERE seq = $seq").Bind(source.CallbackSeq);
        try
        {
            return row.Step() && !row.IsNull(0) ? JsonSerializer.Deserialize<List<CallbackEffect>>(row.Blob(0), CallbackRow.Json)! : [];
        }
        finally
        {
            row.Reset();
        }
    }

    private static bool Remember(WriteSession session, CallbackSource source, CallbackEvent e, DateTimeOffset now) => session
        .Prepare("INSERT INTO callback_events (account_seq, event, created_at) VALUES ($account, $event, $now) ON CONFLICT DO NOTHING")
        .Bind(source.AccountSeq).BindBlob(SHA256.HashData(Encoding.UTF8.GetBytes(e.DedupKey))).Bind(now).Run() > 0;
}
