using System.Security.Cryptography;
using Gatepost.Providers;
using Gatepost.Providers.Mail;

namespace Gatepost.Callbacks;

/// <summary>How an organization's inbound e-mail is told apart. Holds its reply keys: stored encrypted, never shown.</summary>
internal sealed record InboundMailSettings
{
    /// <summary>Lower case; the first makes new reply addresses, the others are still answered to.</summary>
    public IReadOnlyList<string> ReplyDomains { get; init; } = [];

    /// <summary>The first signs, the others still count.</summary>
    public IReadOnlyList<string> ReplyKeys { get; init; } = [];

    public IReadOnlyList<string> AgentDomains { get; init; } = [];

    /// <summary>Addresses that customers write to: mail from one of them is the organization's own, come back.</summary>
    public IReadOnlyList<string> InboundAddresses { get; init; } = [];

    /// <summary>The authserv-id (RFC 8601 2.5) of the receiver in front; null believes no <c>Authentication-Results</c>.</summary>
    public string? TrustedAuthServId { get; init; }

    /// <returns>256 bits.</returns>
    public static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Reads a mail as far as that goes without a database: which of its candidates exist is left open.</summary>
    /// <param name="settings">Null where there are none: then nothing is matched by a reply address.</param>
    public static MailReading Read(InboundMail mail, InboundMailSettings? settings, DateTimeOffset receivedAt)
    {
        var known = settings ?? new InboundMailSettings();
        return MailReader.Read(mail, new MailContext
        {
            Now = receivedAt,
            ReplyDomains = known.ReplyDomains,
            ReplyKeys = known.ReplyKeys,
            AgentDomains = known.AgentDomains,
            InboundAddresses = known.InboundAddresses,
            TrustedAuthServId = known.TrustedAuthServId,
        });
    }
}
