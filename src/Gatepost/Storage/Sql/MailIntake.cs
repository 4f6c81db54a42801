using System.Globalization;
using Gatepost.Callbacks;
using Gatepost.Providers;
using Gatepost.Providers.Mail;

namespace Gatepost.Storage.Sql;

/// <summary>Acts on what an inbound mail turned out to be, inside an open transaction.</summary>
internal sealed class MailIntake(TicketIntake tickets, IMailReportSink reports)
{
    /// <param name="unmatched">As <see cref="InboundMailSettings.Read"/> left it.</param>
    public CallbackEffect Apply(WriteSession session, CallbackSource source, MailReading unmatched)
    {
        var mail = MailThreads.Match(session.Connection, source.Organization, unmatched);
        return mail.Decision switch
        {
            MailDecision.Ignore => Ignored(mail.Reason),
            MailDecision.Bounce or MailDecision.Deferred => ReportBounces(session, source, mail),
            MailDecision.Complaint => ReportComplaint(session, source, mail),
            MailDecision.Mdn => ReportReceipt(session, source, mail),
            _ when FindEarlier(session, source, mail) is { } earlier => earlier,
            MailDecision.Quarantine when !source.Released => new CallbackEffect("quarantined", Detail: mail.Reason),
            _ => Take(session, source, mail),
        };
    }

    private CallbackEffect Take(WriteSession session, CallbackSource source, MailReading mail)
    {
        var known = TicketOf(mail) is { } id ? TicketRow.Find(session.Connection, source.Organization, id) : null;
        if (tickets.Take(session, source.Organization, known, now => MailDraft.Of(mail, now)) is not var (ticketSeq, effect))
            return Ignored("The organization is gone.");
        MailThreads.Add(session.Connection, source.Organization, ThreadId(mail), ticketSeq);
        return effect with { Detail = mail.Reason + OfSender(mail) };
    }

    // Whoever has a reply address is on the ticket: the operator should see what proves the name, and what does not.
    private static string OfSender(MailReading mail) => mail switch
    {
        { SenderIsAgent: true, Dmarc: DmarcResult.Pass } => " The sender is at an agents' domain; DMARC passes.",
        { SenderIsAgent: true } => " The sender claims to be at an agents' domain; nothing proves it.",
        { SenderVerified: true } => " The sender is a verified participant.",
        { TicketId: not null } => " The sender is not verified.",
        _ => "",
    };

    // Two accounts of one organization may both get a mail, and providers repeat what they think failed.
    private static CallbackEffect? FindEarlier(WriteSession session, CallbackSource source, MailReading mail)
    {
        if (MailThreads.TicketSeqOf(session.Connection, source.Organization, ThreadId(mail)) is not { } seq)
            return null;
        var ticket = TicketRow.FindBySeq(session.Connection, source.Organization, seq);
        return new CallbackEffect("duplicate", TicketId: ticket?.Id, Detail: "This mail came before.");
    }

    private CallbackEffect ReportBounces(WriteSession session, CallbackSource source, MailReading mail)
    {
        var worst = mail.Bounce!;
        CallbackEffect? effect = null;
        foreach (var bounce in mail.Bounces.Where(b => b.Status is MessageStatus.Bounced or MessageStatus.Deferred))
        {
            var made = reports.Report(session, source, bounce.Status, bounce.OriginalMessageId ?? mail.Match?.MessageId, bounce.Recipient, bounce.StatusCode, bounce.Diagnostic);
            effect = effect is null || ReferenceEquals(bounce, worst) ? made : effect;
        }

        return Reported(mail, effect!, worst.Status, worst.OriginalMessageId ?? mail.Match?.MessageId);
    }

    private CallbackEffect ReportComplaint(WriteSession session, CallbackSource source, MailReading mail)
    {
        var complaint = mail.Complaint!;
        // Forged, it would silence an address.
        if (mail.Match is null)
            return Ignored("A spam report about an unknown message.");
        var effect = reports.Report(session, source, MessageStatus.Complained, complaint.OriginalMessageId, complaint.Recipient, null, complaint.Type);
        return Reported(mail, effect, MessageStatus.Complained, complaint.OriginalMessageId);
    }

    private CallbackEffect ReportReceipt(WriteSession session, CallbackSource source, MailReading mail)
    {
        var receipt = mail.Receipt!;
        if (mail.Match is null)
            return Ignored("A read receipt for an unknown message.");
        if (!receipt.Disposition.Equals("displayed", StringComparison.OrdinalIgnoreCase))
            return Ignored($"A receipt that does not say that the message was read: {receipt.Disposition}.");
        var effect = reports.Report(session, source, MessageStatus.Read, receipt.OriginalMessageId, receipt.Recipient, null, receipt.Disposition);
        return Reported(mail, effect, MessageStatus.Read, receipt.OriginalMessageId);
    }

    private static CallbackEffect Reported(MailReading mail, CallbackEffect effect, MessageStatus status, string? messageId) => effect with
    {
        TicketId = TicketOf(mail) ?? effect.TicketId,
        Detail = $"{status.ToString().ToLowerInvariant()}: {messageId ?? "a message without an id"}. {effect.Detail ?? mail.Reason}",
    };

    private static CallbackEffect Ignored(string reason) => new("ignored", Detail: reason);

    private static string ThreadId(MailReading mail) => mail.MessageId ?? mail.DedupKey;

    private static Guid? TicketOf(MailReading mail) => mail.TicketId is { Length: > 0 } id ? Guid.Parse(id, CultureInfo.InvariantCulture) : null;
}
