using Gatepost.Providers.SendGrid;

namespace Gatepost.Providers.SendGridInbound;

/// <summary>SendGrid's Inbound Parse: e-mails as a multipart form, in fields or (<c>send_raw</c>) as MIME.</summary>
internal sealed class SendGridInboundProvider : IProvider
{
    public string Name => "sendgrid-inbound";

    public IReadOnlyList<string> Routes { get; } = ["inbound-email"];

    public int MaxBodyBytes => 50 * 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) => HasProof(credentials) || credentials.SecretPathOnly
        ? SendGridAuthorization.CheckCredentials(credentials)
        : [new("publicKeys", "Needed: the public key of the security policy attached to the parse setting (SendGrid API /v3/user/webhooks/security/policies). Else give oauthTokens or basic, or choose secretPathOnly.")];

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation)
    {
        // Inbound Parse signs nothing unless a policy is attached: the secret path alone must have been chosen.
        if (!HasProof(context.Credentials) && !context.Credentials.SecretPathOnly)
            return ValueTask.FromResult(Verification.Refused("The account has no credentials, and the secret path alone was not chosen.", 403));
        return ValueTask.FromResult(SendGridAuthorization.Refusal(request, context) ?? Content(request));
    }

    public ParsedCallback Parse(CallbackRequest request) => SendGridMail.Parse(request);

    private static Verification Content(CallbackRequest request)
    {
        if (request.MediaType != "multipart/form-data")
            return Verification.Refused("Not multipart/form-data.", 415);
        return request.Body.IsEmpty ? Verification.Refused("The form is empty.", 422) : Verification.Valid();
    }

    private static bool HasProof(ProviderCredentials credentials) =>
        credentials.PublicKeys.Count + credentials.OAuthTokens.Count + credentials.Basic.Count > 0;
}
