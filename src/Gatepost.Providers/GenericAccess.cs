namespace Gatepost.Providers;

/// <summary>For senders that the user writes: <see cref="GenericSignature"/>, or what <see cref="SharedSecretAccess"/> takes.</summary>
internal sealed class GenericAccess(string where)
{
    private readonly SharedSecretAccess shared = new(where);

    public IReadOnlyList<CredentialFault> Check(ProviderCredentials credentials)
    {
        if (credentials.Secrets.Count == 0 && !SharedSecretAccess.HasAny(credentials))
            return [shared.Missing("secrets")];
        var secrets = credentials.Secrets.Count == 0 ? [] : SigningSecrets.Faults("secrets", credentials.Secrets, where);
        return [.. secrets, .. shared.Malformed(credentials)];
    }

    /// <returns>The refusal; null when the request may come in.</returns>
    public static Verification? Refusal(CallbackRequest request, CallbackContext context)
    {
        var credentials = context.Credentials;
        if (credentials.Secrets.Count == 0)
            return SharedSecretAccess.Refusal(request, credentials);
        var fault = GenericSignature.Fault(request, context);
        // A signature that is there must be right; without one a password or a token will do, but no weaker proof.
        if (fault is not null && (GenericSignature.IsPresent(request) || credentials is { Headers: [], Basic: [], Tokens: [] }))
            return Verification.Refused(fault);
        return SharedSecretAccess.Refusal(request, credentials, isSigned: fault is null);
    }
}
