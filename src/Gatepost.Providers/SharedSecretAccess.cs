namespace Gatepost.Providers;

/// <summary>
/// What a provider that signs nothing was told to show: a header, a password or a token. Any one of them is enough; a list of addresses
/// narrows them, or stands alone; the secret path alone counts only when the user chose that.
/// </summary>
/// <param name="where">Where at the provider each of them is typed in, as a sentence.</param>
internal sealed class SharedSecretAccess(string where)
{
    public IReadOnlyList<CredentialFault> Check(ProviderCredentials credentials) => HasAny(credentials) ? [.. Malformed(credentials)] : [Missing("basic")];

    /// <param name="key">The kind to name where none is given.</param>
    public CredentialFault Missing(string key) => new(key, $"is missing; basic, headers, tokens, allowedIps or secretPathOnly, any one of them will do. {where}");

    /// <summary>Those that are given and cannot be used.</summary>
    public IEnumerable<CredentialFault> Malformed(ProviderCredentials credentials) =>
    [
        .. Faults("headers", credentials.Headers, HeaderCredentialRules.Fault),
        .. Faults("basic", credentials.Basic, basic => IsUsable(basic) ? null : "needs a password."),
        .. Faults("tokens", credentials.Tokens, token => string.IsNullOrWhiteSpace(token) ? "is empty." : null),
        .. Faults("allowedIps", credentials.AllowedIps, entry => AllowedAddresses.IsWellFormed(entry) ? null : "is neither an address nor a CIDR such as 192.0.2.0/24."),
    ];

    public static bool HasAny(ProviderCredentials credentials) => HasSecret(credentials) || credentials.AllowedIps.Count > 0 || credentials.SecretPathOnly;

    /// <returns>The refusal; null when the request shows what it should.</returns>
    /// <param name="isSigned">The request has a signature that stands for a secret.</param>
    public static Verification? Refusal(CallbackRequest request, ProviderCredentials credentials, bool isSigned = false)
    {
        var shows = isSigned | Shows(request, credentials);
        if (HasSecret(credentials) && !shows)
            return Refused("The header, the password or the token does not match.", credentials);
        if (credentials.AllowedIps.Count > 0 && !AllowedAddresses.Contain(credentials.AllowedIps, request.RemoteAddress))
            return Refused("The address is not on the list.", credentials);
        return shows || credentials.AllowedIps.Count > 0 || credentials.SecretPathOnly ? null : Refused("The account has no credentials.", credentials);
    }

    private static bool HasSecret(ProviderCredentials credentials) => credentials is not { Headers: [], Basic: [], Tokens: [] };

    private static bool Shows(CallbackRequest request, ProviderCredentials credentials) =>
        SharedSecretRules.HasHeader(request, [.. credentials.Headers.Where(HeaderCredentialRules.IsUsable)])
        | SharedSecretRules.HasBasic(request, [.. credentials.Basic.Where(IsUsable)])
        | SharedSecretRules.HasBearer(request, [.. SigningSecrets.Usable(credentials.Tokens)]);

    /// <summary>Some clients send the password of a URL only when they are asked for it.</summary>
    private static Verification Refused(string reason, ProviderCredentials credentials) => Verification.Refused(reason) with
    {
        Answer = new CallbackAnswer(401)
        {
            Headers = credentials.Basic.Count == 0 ? new Dictionary<string, string>() : new() { ["WWW-Authenticate"] = "Basic realm=\"callbacks\"" },
        },
    };

    private static bool IsUsable(BasicCredential basic) => !string.IsNullOrWhiteSpace(basic.Password);

    private IEnumerable<CredentialFault> Faults<T>(string key, IReadOnlyList<T> values, Func<T, string?> fault) =>
        from value in values.Index()
        let message = fault(value.Item)
        where message is not null
        select new CredentialFault($"{key}[{value.Index}]", $"{message} {where}");
}
