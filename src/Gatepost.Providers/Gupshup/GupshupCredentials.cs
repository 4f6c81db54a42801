namespace Gatepost.Providers.Gupshup;

/// <summary>At least one kind is needed; several values of a kind may be valid at once.</summary>
internal static class GupshupCredentials
{
    private const string HeaderHint = "Set a header with the partner API's subscription call: meta = {\"headers\":{\"X-Token\":\"...\"}}.";
    private const string UrlHint = "Put the name and the password into the callback URL: https://name:password@host/...";

    public static IReadOnlyList<CredentialFault> Check(ProviderCredentials credentials)
    {
        var faults = new List<CredentialFault>();
        if (credentials is { Headers: [], Basic: [], Tokens: [], AllowedIps: [], SecretPathOnly: false })
            faults.Add(new CredentialFault("headers", $"or basic, tokens, allowedIps or secretPathOnly is needed: Gupshup signs nothing. {HeaderHint}"));
        for (var i = 0; i < credentials.Headers.Count; i++)
        {
            if (HeaderCredentialRules.Fault(credentials.Headers[i]) is { } fault)
                faults.Add(new CredentialFault($"headers[{i}]", $"{fault} {HeaderHint}"));
        }

        for (var i = 0; i < credentials.Basic.Count; i++)
        {
            if (!IsUsable(credentials.Basic[i]))
                faults.Add(new CredentialFault($"basic[{i}]", $"needs a password. {UrlHint}"));
        }

        if (credentials.Tokens.Count > 0)
            faults.AddRange(SigningSecrets.Faults("tokens", credentials.Tokens, HeaderHint));
        for (var i = 0; i < credentials.AllowedIps.Count; i++)
        {
            if (!AllowedAddresses.IsWellFormed(credentials.AllowedIps[i]))
                faults.Add(new CredentialFault($"allowedIps[{i}]", "is neither an address nor a CIDR such as 192.0.2.0/24. Gupshup's support gives its list on request."));
        }

        return faults;
    }

    public static bool IsUsable(BasicCredential basic) => !string.IsNullOrWhiteSpace(basic.Password);
}
