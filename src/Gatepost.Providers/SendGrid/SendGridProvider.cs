namespace Gatepost.Providers.SendGrid;

/// <summary>SendGrid's Event Webhook: what became of the mails that it sent for us.</summary>
internal sealed class SendGridProvider : IProvider
{
    public string Name => "sendgrid";

    public IReadOnlyList<string> Routes { get; } = ["sendgrid"];

    /// <summary>A batch is posted at 768 KB at the latest.</summary>
    public int MaxBodyBytes => 2 * 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials)
    {
        if (credentials.PublicKeys.Count == 0 && credentials.OAuthTokens.Count == 0)
            return [new("publicKeys", "Needed: the verification key of the Event Webhook: SendGrid > Settings > Mail Settings > Event Webhooks > Security features.")];
        return SendGridAuthorization.CheckCredentials(credentials);
    }

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation)
    {
        if (context.Credentials.PublicKeys.Count == 0 && context.Credentials.OAuthTokens.Count == 0)
            return ValueTask.FromResult(Verification.Refused("The account has no verification key.", 403));
        return ValueTask.FromResult(SendGridAuthorization.Refusal(request, context) ?? Verification.Valid());
    }

    public ParsedCallback Parse(CallbackRequest request) => SendGridEvents.Parse(request);
}
