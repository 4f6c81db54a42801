using Gatepost.Callbacks;
using Gatepost.Providers;
using Gatepost.Providers.Mail;

namespace Gatepost.Storage.Sql;

/// <summary>Turns what customers send into tickets and their messages, inside the transaction that processes a verified callback.</summary>
internal sealed class InboundWriter(InboundMailStore settings, MailIntake mail, ChatIntake chat)
{
    /// <param name="session">The transaction of the callback.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="e">Of the kind <see cref="CallbackEventKind.Inbound"/>; others are ignored.</param>
    /// <param name="reading">
    /// The mail as <see cref="InboundMailSettings.Read"/> read it. Large mail should be read before the transaction, because every
    /// other write waits for this one; without it the mail is read here.
    /// </param>
    public CallbackEffect Apply(WriteSession session, CallbackSource source, CallbackEvent e, MailReading? reading = null)
    {
        if (e.Kind != CallbackEventKind.Inbound)
            return new CallbackEffect("ignored", Detail: "This is no message of a customer.");
        if (e.Mail is { } sent)
            return mail.Apply(session, source, reading ?? InboundMailSettings.Read(sent, settings.Find(session.Connection, source.Organization), source.ReceivedAt));
        return e.Channel == CallbackChannel.Email
            ? new CallbackEffect("ignored", Detail: "The provider told of a mail but did not send it; let it post the whole message.")
            : chat.Apply(session, source, e);
    }
}
