namespace Gatepost.Providers.SendGrid;

/// <summary>
/// The security features of SendGrid's webhooks, the same for events and for inbound mail. Each one that is configured is
/// required: a request without a signature never falls back on a weaker one.
/// </summary>
internal static class SendGridAuthorization
{
    public static IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials)
    {
        var keys = credentials.PublicKeys.Index().Where(k => !SendGridSignature.IsKey(k.Item))
            .Select(k => new CredentialFault($"publicKeys[{k.Index}]", "It must be the verification key as SendGrid shows it: Base64 of a P-256 key, without PEM lines."));
        var tokens = credentials.OAuthTokens.Index().Where(t => string.IsNullOrWhiteSpace(t.Item))
            .Select(t => new CredentialFault($"oauthTokens[{t.Index}]", "It is empty. It must be an access token that your OAuth server gives to SendGrid."));
        var basic = credentials.Basic.Index().Where(b => b.Item.Password.Length == 0)
            .Select(b => new CredentialFault($"basic[{b.Index}]", "The password is empty. It must be the one in the URL at SendGrid."));
        return [.. keys, .. tokens, .. basic];
    }

    /// <returns>Null when every configured proof is there.</returns>
    public static Verification? Refusal(CallbackRequest request, CallbackContext context)
    {
        var credentials = context.Credentials;
        if (credentials.PublicKeys.Count > 0 && SendGridSignature.Fault(request, context) is { } fault)
            return Verification.Refused(fault, 403);
        if (credentials.OAuthTokens.Count > 0 && !SharedSecretRules.HasBearer(request, credentials.OAuthTokens))
            return WantsToken("The access token is missing or not one of the account's.");
        if (credentials.Basic.Count > 0 && !SharedSecretRules.HasBasic(request, credentials.Basic))
            return Challenge("User name and password are missing or wrong.", "Basic realm=\"callbacks\"");
        return null;
    }

    // SendGrid keeps a token until an answer holds this word; then it fetches a new one and tries again.
    private static Verification WantsToken(string reason)
    {
        var refused = Challenge(reason, "Bearer error=\"invalid_token\"");
        return refused with { Answer = refused.Answer with { ContentType = "application/json", Body = """{"error":"invalid_token"}""" } };
    }

    private static Verification Challenge(string reason, string challenge) => Verification.Refused(reason) with
    {
        Answer = new CallbackAnswer(401) { Headers = new Dictionary<string, string> { ["WWW-Authenticate"] = challenge } },
    };
}
