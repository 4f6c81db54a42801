namespace Gatepost.Providers.Mail;

/// <summary>Where a mail names its ticket; in the order of trust.</summary>
public enum MailMatch
{
    None,

    /// <summary>A reply address, in the envelope or in the headers.</summary>
    ReplyToken,

    /// <summary>The return path of one outbound message.</summary>
    BounceToken,

    /// <summary>The message that a report is about.</summary>
    OriginalMessageId,

    InReplyTo,

    References,

    BodyMarker,

    /// <summary>Anyone can write it.</summary>
    SubjectTag,
}

/// <summary>One place where a mail names its ticket.</summary>
/// <param name="By">Where.</param>
/// <param name="Ticket">The ticket's number or id; null where only a stored Message-ID can tell.</param>
/// <param name="Message">Our outbound message, where the place names one.</param>
/// <param name="MessageId">Without angle brackets, to look up among the outbound messages' ids; of a return path the one that goes with it; null for other tokens.</param>
/// <param name="IsSigned">Proved by a reply key.</param>
public sealed record MailCandidate(MailMatch By, string? Ticket, string? Message, string? MessageId, bool IsSigned);
