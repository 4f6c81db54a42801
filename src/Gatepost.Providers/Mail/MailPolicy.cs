namespace Gatepost.Providers.Mail;

/// <summary>What becomes of a mail; the first rule that fits. docs/providers/inbound-mail.md tells it to people.</summary>
internal static class MailPolicy
{
    public static MailReading Decide(MailReading mail, MailCandidate? candidate, MailTicket? ticket)
    {
        var isParticipant = mail.From is { } from && ticket is not null && ticket.Participants.Contains(from, StringComparer.OrdinalIgnoreCase);
        var (decision, reason, matched) = Decide(mail, ticket is null ? null : candidate, isParticipant);
        return mail with
        {
            Decision = decision,
            Reason = reason,
            Match = matched ? candidate : null,
            TicketId = matched ? ticket?.Id : null,
            SenderVerified = mail.Dmarc == DmarcResult.Pass && isParticipant,
        };
    }

    private static (MailDecision Decision, string Reason, bool Matched) Decide(MailReading mail, MailCandidate? match, bool isParticipant)
    {
        var matched = match is not null;
        if (mail.Bounce is { } bounce && mail.AutoReplyReason == AutoReplyReasons.DeliveryStatus)
            return OfReport(bounce, matched);
        if (mail.AutoReplyReason == AutoReplyReasons.ReadReceipt)
            return (MailDecision.Mdn, "A read receipt.", matched);
        if (mail.AutoReplyReason == AutoReplyReasons.FeedbackReport)
            return (MailDecision.Complaint, "A spam report.", matched);
        if (mail.AutoReply)
            return (MailDecision.Ignore, $"Automatic: {mail.AutoReplyReason}.", matched);
        if (mail.Verdicts.HasVirus || mail.Verdicts.IsSpam)
            return (MailDecision.Quarantine, mail.Verdicts.HasVirus ? "The provider found a virus." : "The provider calls it spam.", matched);
        if (mail.Dmarc == DmarcResult.Fail)
            return (MailDecision.Quarantine, "DMARC fails for the sender's domain.", matched);
        return match is null ? (MailDecision.New, "It names no ticket.", false) : OfMatch(mail, match, isParticipant);
    }

    /// <summary>A report about a message that we do not know can be forged, to have an address blocked.</summary>
    private static (MailDecision Decision, string Reason, bool Matched) OfReport(MailBounce bounce, bool matched) => bounce.Status switch
    {
        _ when !matched => (MailDecision.Ignore, "A delivery report about an unknown message.", false),
        MessageStatus.Bounced => (MailDecision.Bounce, "A message came back.", true),
        MessageStatus.Deferred => (MailDecision.Deferred, "A message is late.", true),
        _ => (MailDecision.Ignore, "A report of success.", true),
    };

    private static (MailDecision Decision, string Reason, bool Matched) OfMatch(MailReading mail, MailCandidate match, bool isParticipant)
    {
        if (match.IsSigned)
            return (MailDecision.Append, "A signed reply.", true);
        if (match.By != MailMatch.SubjectTag)
            return isParticipant ? (MailDecision.Append, "A participant answers a known message.", true) : (MailDecision.New, "The sender takes no part in the ticket that it answers.", false);
        return mail.Dmarc == DmarcResult.Pass && isParticipant && !mail.HasForgedToken
            ? (MailDecision.Append, "A verified participant names the ticket.", true)
            : (MailDecision.Quarantine, "Only the subject names the ticket, and the sender is not a verified participant.", true);
    }
}
