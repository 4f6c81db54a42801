namespace Gatepost.Providers.Mail;

/// <summary>What reading a mail needs beside the mail: the organization's settings.</summary>
public sealed record MailContext
{
    /// <summary>Reads a mail on its own: nothing can be matched and no verdict is trusted.</summary>
    internal static MailContext None { get; } = new() { Now = DateTimeOffset.MaxValue };

    /// <summary>UTC. A later <c>Date</c> of the mail is not believed.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Domains of the addresses that carry reply tokens.</summary>
    public IReadOnlyList<string> ReplyDomains { get; init; } = [];

    /// <summary>The current key and the older ones that still count.</summary>
    public IReadOnlyList<string> ReplyKeys { get; init; } = [];

    /// <summary>Domains whose senders are agents.</summary>
    public IReadOnlyList<string> AgentDomains { get; init; } = [];

    /// <summary>Addresses that customers write to: mail from one of them is our own, come back.</summary>
    public IReadOnlyList<string> InboundAddresses { get; init; } = [];

    /// <summary>The authserv-id of our own receiver (RFC 8601 2.5); it must remove the sender's forgeries of it.</summary>
    public string? TrustedAuthServId { get; init; }

    /// <summary>
    /// Finds the ticket that a candidate names; null when there is none. Without it signed candidates are taken at their word and the
    /// others are left open: look them up and call <see cref="MailReading.Resolve"/>.
    /// </summary>
    public Func<MailCandidate, MailTicket?>? FindTicket { get; init; }
}

/// <summary>A ticket that a mail may belong to.</summary>
/// <param name="Id">Where the message goes: another one than the candidate's when tickets were merged.</param>
/// <param name="Participants">Addresses that may write to it.</param>
public sealed record MailTicket(string Id, IReadOnlyCollection<string> Participants);
