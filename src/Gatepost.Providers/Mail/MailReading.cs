namespace Gatepost.Providers.Mail;

/// <summary>An inbound e-mail, read: who, what, to which ticket, and what becomes of it.</summary>
public sealed record MailReading
{
    public MailDecision Decision { get; internal init; }

    /// <summary>Why, for the operator.</summary>
    public string Reason { get; internal init; } = "";

    /// <summary>Null when the mail belongs to no ticket yet.</summary>
    public string? TicketId { get; internal init; }

    /// <summary>The candidate that led to <see cref="TicketId"/>.</summary>
    public MailCandidate? Match { get; internal init; }

    public MailMatch MatchedBy => Match?.By ?? MailMatch.None;

    /// <summary>Every place that names a ticket, most trusted first.</summary>
    public required IReadOnlyList<MailCandidate> Candidates { get; init; }

    /// <summary>The outbound message that a report or an answer is about; null when nothing names one.</summary>
    public MailCandidate? OutboundMessage => Candidates.FirstOrDefault(c => c.Message is not null) ?? Candidates.FirstOrDefault(c => c.By == MailMatch.OriginalMessageId);

    /// <summary>A reply address was there, but no key signed it.</summary>
    public bool HasForgedToken { get; init; }

    /// <summary>Written by a machine, a list or ourselves: never a customer's message.</summary>
    public bool AutoReply => AutoReplyReason is not null;

    /// <summary>Such as <c>auto-submitted</c>, <c>list</c>, <c>own-message-id</c>, <c>mdn</c>.</summary>
    public string? AutoReplyReason { get; init; }

    /// <summary>It must not be answered automatically, even if a person wrote it.</summary>
    public bool SuppressAutoResponse { get; init; }

    /// <summary>One per recipient that a delivery report names.</summary>
    public IReadOnlyList<MailBounce> Bounces { get; init; } = [];

    /// <summary>The report's worst recipient; null when the mail is no delivery report.</summary>
    public MailBounce? Bounce => Bounces.FirstOrDefault(b => b.Status == MessageStatus.Bounced) ?? (Bounces is [var first, ..] ? first : null);

    public MailComplaint? Complaint { get; init; }

    public MailReceipt? Receipt { get; init; }

    public DmarcResult Dmarc { get; init; }

    /// <summary>What the provider's scanners found.</summary>
    public MailVerdicts Verdicts { get; init; } = MailVerdicts.None;

    /// <summary>DMARC passes and the sender takes part in the ticket: show others as unverified.</summary>
    public bool SenderVerified { get; internal init; }

    /// <summary>The address claims to be an agent's. Believe it only when <see cref="Dmarc"/> passes.</summary>
    public bool SenderIsAgent { get; init; }

    /// <summary>The address in <c>From</c>; null when there is none.</summary>
    public string? From { get; init; }

    public string? FromName { get; init; }

    /// <summary>Differs from <see cref="From"/> or is null. Show it before answering to it.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Everyone in <c>To</c> and <c>Cc</c>.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    public required string Subject { get; init; }

    /// <summary>Without angle brackets; null when there is none.</summary>
    public string? MessageId { get; init; }

    public string? InReplyTo { get; init; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>What the sender's clock said; null when it cannot be.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Equal for equal mails.</summary>
    public required string DedupKey { get; init; }

    public required MailContent Content { get; init; }

    public required IReadOnlyList<MailAttachment> Attachments { get; init; }

    /// <summary>Why the mail was not read beyond its headers; null when it was.</summary>
    public string? OverLimit { get; init; }

    /// <summary>The same mail with what was found in the database.</summary>
    /// <param name="candidate">One of <see cref="Candidates"/>; null when none names a ticket that exists.</param>
    public MailReading Resolve(MailCandidate? candidate, MailTicket? ticket) => MailPolicy.Decide(this, candidate, ticket);
}
