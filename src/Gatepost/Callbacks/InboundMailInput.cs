namespace Gatepost.Callbacks;

/// <summary>What a client sends as the whole of the inbound e-mail settings.</summary>
/// <remarks>Not yet checked.</remarks>
internal sealed record InboundMailInput
{
    private const int MaxEntries = 50;
    private const int MaxKeys = 10;
    private const int MinKey = 16;
    private const int MaxKey = 200;
    private const int MaxAuthServId = 255;

    /// <summary>1-50 host names whose mail comes here; the first makes new reply addresses.</summary>
    public IReadOnlyList<string?>? ReplyDomains { get; init; }

    /// <summary>1-10 secrets of 16-200 characters, never shown; the first signs, the others still count. Absent keeps those in use, or makes one.</summary>
    public IReadOnlyList<string?>? ReplyKeys { get; init; }

    /// <summary>Makes a new key and puts it first; the older ones still count. Not together with replyKeys.</summary>
    public bool? RotateReplyKey { get; init; }

    /// <summary>At most 50 host names whose senders are agents.</summary>
    public IReadOnlyList<string?>? AgentDomains { get; init; }

    /// <summary>At most 50 addresses that customers write to; mail from one of them is taken as a loop.</summary>
    public IReadOnlyList<string?>? InboundAddresses { get; init; }

    /// <summary>The authserv-id (RFC 8601) of the server that receives for you; it must remove forgeries of it.</summary>
    public string? TrustedAuthServId { get; init; }

    /// <summary>All faults at once.</summary>
    public void Check(FaultList faults)
    {
        if (ReplyDomains is null or [])
            faults.Add("replyDomains", "required", "replyDomains is required: at least one domain whose mail comes to Gatepost, such as reply.example.com.");
        CheckEach("replyDomains", ReplyDomains, IsDomain, "invalid_domain", "must be a host name, such as reply.example.com.", faults);
        CheckEach("agentDomains", AgentDomains, IsDomain, "invalid_domain", "must be a host name, such as example.com.", faults);
        CheckEach("inboundAddresses", InboundAddresses, EmailAddresses.IsValid, "invalid_email", "must be one plain address, such as help@example.com.", faults);
        faults.CheckLength("trustedAuthServId", TrustedAuthServId, 1, MaxAuthServId, required: false);
        CheckKeys(faults);
    }

    /// <summary>Only after <see cref="Check"/> found nothing.</summary>
    /// <param name="newKey">For where a key is to be made.</param>
    public InboundMailSettings ToSettings(InboundMailSettings? present, string newKey) => new()
    {
        ReplyDomains = Lower(ReplyDomains),
        ReplyKeys = Keys(present?.ReplyKeys ?? [], newKey),
        AgentDomains = Lower(AgentDomains),
        InboundAddresses = [.. (InboundAddresses ?? []).Select(address => address!)],
        TrustedAuthServId = TrustedAuthServId,
    };

    private IReadOnlyList<string> Keys(IReadOnlyList<string> present, string newKey)
    {
        if (ReplyKeys is not null)
            return [.. ReplyKeys.Select(key => key!)];
        return present.Count == 0 || RotateReplyKey == true ? [newKey, .. present.Take(MaxKeys - 1)] : present;
    }

    private void CheckKeys(FaultList faults)
    {
        if (ReplyKeys is null)
            return;
        if (RotateReplyKey == true)
            faults.Add("rotateReplyKey", "not_with_reply_keys", "Give replyKeys or rotateReplyKey, not both.");
        if (ReplyKeys.Count is 0 or > MaxKeys)
            faults.Add("replyKeys", "wrong_count", $"replyKeys needs 1 to {MaxKeys} keys; leave it out to keep the present ones.");
        foreach (var (i, key) in ReplyKeys.Take(MaxKeys).Index())
        {
            if (key is null || key.Length is < MinKey or > MaxKey)
                faults.Add($"replyKeys[{i}]", "wrong_length", $"replyKeys[{i}] needs {MinKey} to {MaxKey} characters.");
            else if (ReplyKeys.Take(i).Contains(key))
                faults.Add($"replyKeys[{i}]", "duplicate", "This key is given twice; give each once.");
        }
    }

    private static void CheckEach(string field, IReadOnlyList<string?>? values, Func<string, bool> isValid, string code, string rule, FaultList faults)
    {
        if (values?.Count > MaxEntries)
            faults.Add(field, "too_many", $"{field} may have at most {MaxEntries} entries; it has {values.Count}.");
        foreach (var (i, value) in (values ?? []).Take(MaxEntries).Index())
        {
            if (value is null || !isValid(value))
                faults.Add($"{field}[{i}]", code, $"{field}[{i}] {rule}");
        }
    }

    private static bool IsDomain(string text) => text.Length <= 253 && text.Contains('.', StringComparison.Ordinal)
        && text[^1] != '.' && Uri.CheckHostName(text) == UriHostNameType.Dns && text.All(char.IsAscii);

    // Host names have no case, and what is shown should equal what mail carries.
    private static IReadOnlyList<string> Lower(IReadOnlyList<string?>? domains) => [.. (domains ?? []).Select(domain => domain!.ToLowerInvariant()).Distinct()];
}
