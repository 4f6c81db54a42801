namespace Gatepost.Providers.Resend;

/// <summary>Resend, which sends its events with Svix.</summary>
internal sealed class ResendProvider : IProvider
{
    private const string Where = "Resend, Webhooks, the webhook, Signing Secret: it begins with whsec_.";

    public string Name => "resend";

    public IReadOnlyList<string> Routes { get; } = ["email-status"];

    public int MaxBodyBytes => 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) =>
    [
        .. SigningSecrets.Faults("secrets", credentials.Secrets, Where),
        .. from i in Enumerable.Range(0, credentials.Secrets.Count)
           where !string.IsNullOrWhiteSpace(credentials.Secrets[i]) && StandardWebhooks.Key(credentials.Secrets[i]) is null
           select new CredentialFault($"secrets[{i}]", $"is no secret of this kind. {Where}"),
    ];

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(StandardWebhooks.Fault(request, Prefix(request), context) is { } fault ? Verification.Refused(fault) : Verification.Valid());

    public ParsedCallback Parse(CallbackRequest request) =>
        ParsedCallback.Of(ResendEvents.Read(CallbackJson.Parse(request.Body), request.Header($"{Prefix(request)}-id") ?? ""));

    /// <summary>Svix names its headers so or as the standard does.</summary>
    private static string Prefix(CallbackRequest request) => request.Headers.ContainsKey("svix-id") ? "svix" : "webhook";
}
