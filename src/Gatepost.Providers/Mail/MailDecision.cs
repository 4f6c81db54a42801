namespace Gatepost.Providers.Mail;

/// <summary>What becomes of a mail.</summary>
public enum MailDecision
{
    /// <summary>A message on the ticket.</summary>
    Append,

    /// <summary>A new ticket.</summary>
    New,

    /// <summary>Kept in the inbox only: automatic mail, lists, our own mail come back.</summary>
    Ignore,

    /// <summary>An outbound message was refused.</summary>
    Bounce,

    /// <summary>An outbound message is late, and will be tried again.</summary>
    Deferred,

    /// <summary>A recipient calls an outbound message spam.</summary>
    Complaint,

    /// <summary>An outbound message was read.</summary>
    Mdn,

    /// <summary>Listed in the inbox until somebody releases it.</summary>
    Quarantine,
}

/// <summary>What DMARC says of the address in <c>From</c> (RFC 7489).</summary>
public enum DmarcResult
{
    /// <summary>No trusted result, or the domain has no policy.</summary>
    None,

    Pass,

    Fail,
}
