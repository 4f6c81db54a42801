using System.Security.Cryptography;
using System.Text;
using Gatepost.Callbacks;
using Gatepost.Providers;
using Gatepost.Providers.Mail;

namespace Gatepost.Storage.Sqlite;

/// <summary>Applies one event of a callback in the open transaction, once: a duplicate changes nothing.</summary>
internal sealed class SqliteCallbackEffects(SqliteInboundWriter inbound)
{
    /// <param name="mail">Read before the transaction: parsing it would hold up every other write.</param>
    public CallbackEffect Apply(SqliteWriteSession session, CallbackSource source, CallbackEvent e, MailReading? mail, DateTimeOffset now)
    {
        if (!Remember(session, source, e, now) && !source.Released && !source.Held)
            return new CallbackEffect("duplicate");
        return e.Kind switch
        {
            CallbackEventKind.Inbound => inbound.Apply(session, source, e, mail),
            CallbackEventKind.Status or CallbackEventKind.Preference => SqliteMessageWriter.Apply(session, source, e),
            _ => new CallbackEffect("ignored"),
        };
    }

    private static bool Remember(SqliteWriteSession session, CallbackSource source, CallbackEvent e, DateTimeOffset now) => session
        .Prepare("INSERT OR IGNORE INTO callback_events (account_seq, event, created_at) VALUES ($account, $event, $now)")
        .Bind(source.AccountSeq).BindBlob(SHA256.HashData(Encoding.UTF8.GetBytes(e.DedupKey))).Bind(now).Run() > 0;
}
