using System.Text.RegularExpressions;
using MimeKit;
using MimeKit.Utils;

namespace Gatepost.Providers.Mail;

/// <summary>Collects every place where a mail names its ticket, most trusted first.</summary>
internal sealed partial class MailMatcher(MailContext context)
{
    /// <summary>Each unsigned id is a look-up: the newest ones and the first one are enough.</summary>
    private const int MostUnsignedReferences = 50;

    private readonly List<MailCandidate> found = [];

    /// <summary>A reply address that no key signed.</summary>
    public bool HasForgedToken { get; private set; }

    public IReadOnlyList<MailCandidate> Found => found;

    public void AddRecipients(InboundMail mail, IReadOnlyList<string> headerRecipients)
    {
        foreach (var address in mail.EnvelopeTo.Concat(headerRecipients))
        {
            if (MailAddresses.Domain(address) is { } domain && context.ReplyDomains.Contains(domain, StringComparer.OrdinalIgnoreCase))
                AddLocalPart(MailAddresses.Local(address), domain);
        }
    }

    /// <param name="ids">Without angle brackets, of the messages that a report is about.</param>
    public void AddOriginals(IEnumerable<string?> ids)
    {
        foreach (var id in ids.OfType<string>().Distinct())
            Add(OfId(MailMatch.OriginalMessageId, id));
    }

    public void AddThread(string? inReplyTo, IReadOnlyList<string> references)
    {
        if (inReplyTo is not null)
            Add(OfId(MailMatch.InReplyTo, inReplyTo));
        var newestFirst = references.Reverse().Select(id => OfId(MailMatch.References, id)).ToList();
        foreach (var signed in newestFirst.Where(c => c.IsSigned))
            Add(signed);
        var unsigned = newestFirst.Where(c => !c.IsSigned).ToList();
        foreach (var one in unsigned.Take(MostUnsignedReferences).Concat(unsigned.Skip(MostUnsignedReferences).TakeLast(1)))
            Add(one);
    }

    /// <param name="text">The full text and the raw HTML: clients keep the marker in one of them.</param>
    public void AddBody(string text)
    {
        foreach (Match match in BodyMarker().Matches(text))
        {
            if (ReplyToken.TryVerify(match.Groups[1].Value, context.ReplyKeys, out var ticket))
                Add(new MailCandidate(MailMatch.BodyMarker, ticket, null, null, IsSigned: true));
        }
    }

    public void AddSubject(string subject)
    {
        if (SubjectTag().Match(subject) is { Success: true } match)
            Add(new MailCandidate(MailMatch.SubjectTag, match.Groups[1].Value, null, null, IsSigned: false));
    }

    public static IReadOnlyList<string> Ids(MimeMessage message, HeaderId header) =>
        [.. message.Headers.Where(h => h.Id == header).SelectMany(h => MimeUtils.EnumerateReferences(h.RawValue, 0, h.RawValue.Length))];

    private void AddLocalPart(string local, string domain)
    {
        if (MessageToken.TryVerifyBounce(local, context.ReplyKeys, out var message))
            Add(new MailCandidate(MailMatch.BounceToken, message.Ticket, message.Message, MessageToken.MessageIdOfBounce(local, domain), IsSigned: true));
        var isReply = local.StartsWith("reply+", StringComparison.OrdinalIgnoreCase);
        // Some relays cut an address at its plus: the dashed form is for them.
        var token = isReply ? local[6..] : local.StartsWith("r-", StringComparison.OrdinalIgnoreCase) ? local[2..] : null;
        if (token is not null && ReplyToken.TryVerify(token, context.ReplyKeys, out var ticket))
            Add(new MailCandidate(MailMatch.ReplyToken, ticket, null, null, IsSigned: true));
        else
            HasForgedToken |= isReply;
    }

    private MailCandidate OfId(MailMatch by, string id) => MessageToken.TryVerifyMessageId(id, context.ReplyKeys, out var message)
        ? new MailCandidate(by, message.Ticket, message.Message, id, IsSigned: true)
        : new MailCandidate(by, null, null, id, IsSigned: false);

    private void Add(MailCandidate candidate)
    {
        if (!found.Contains(candidate))
            found.Add(candidate);
    }

    [GeneratedRegex(@"\{#ticket:([0-9A-Za-z-]{1,40}[.-][A-Za-z2-7]{13})#\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BodyMarker();

    [GeneratedRegex(@"\[#([0-9]{1,18})\]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SubjectTag();
}
