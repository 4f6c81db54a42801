namespace Gatepost.Providers.Gupshup;

/// <summary>Whether a request shows what the user told Gupshup to show.</summary>
internal static class GupshupAccess
{
    public static Verification Verify(CallbackRequest request, ProviderCredentials credentials)
    {
        var knowsSecret = HasSecret(request, credentials);
        var comesFromList = AllowedAddresses.Contain(credentials.AllowedIps, request.RemoteAddress);
        var hasSecrets = credentials is not { Headers: [], Basic: [], Tokens: [] };
        var hasList = credentials.AllowedIps.Count > 0;

        // Any one secret will do; a list of addresses narrows it, or stands alone.
        if (hasSecrets && !knowsSecret)
            return Refused("The header, the password or the token does not match.", credentials);
        if (hasList && !comesFromList)
            return Refused("The address is not on the list.", credentials);
        return hasSecrets || hasList || credentials.SecretPathOnly ? Verification.Valid() : Refused("The account has no credentials.", credentials);
    }

    private static bool HasSecret(CallbackRequest request, ProviderCredentials credentials) =>
        SharedSecretRules.HasHeader(request, [.. credentials.Headers.Where(HeaderCredentialRules.IsUsable)])
        | SharedSecretRules.HasBasic(request, [.. credentials.Basic.Where(GupshupCredentials.IsUsable)])
        | SharedSecretRules.HasBearer(request, [.. SigningSecrets.Usable(credentials.Tokens)]);

    /// <summary>Some clients send the password of a URL only when they are asked for it.</summary>
    private static Verification Refused(string reason, ProviderCredentials credentials) => Verification.Refused(reason) with
    {
        Answer = new CallbackAnswer(401)
        {
            Headers = credentials.Basic.Count == 0 ? new Dictionary<string, string>() : new() { ["WWW-Authenticate"] = "Basic realm=\"callbacks\"" },
        },
    };
}
