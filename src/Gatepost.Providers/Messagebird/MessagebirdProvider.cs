namespace Gatepost.Providers.Messagebird;

/// <summary>The three living products of MessageBird: its SMS API, Bird's notifications, and Bird's API of 2026.</summary>
internal sealed class MessagebirdProvider : IProvider
{
    private const string SigningKey =
        "It is the signing key: MessageBird dashboard > Developers > Settings, the signingKey that you chose for a Bird subscription, or the whsec_ secret of a Bird webhook.";

    public string Name => "messagebird";

    public IReadOnlyList<string> Routes { get; } = ["messagebird/sms"];

    public int MaxBodyBytes => 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) =>
    [
        .. SigningSecrets.Faults("secrets", credentials.Secrets, SigningKey),
        .. credentials.Secrets.Index()
            .Where(s => s.Item.StartsWith(StandardWebhooks.SecretPrefix, StringComparison.Ordinal) && StandardWebhooks.Key(s.Item) is null)
            .Select(s => new CredentialFault($"secrets[{s.Index}]", $"is no Base64 after {StandardWebhooks.SecretPrefix}. {SigningKey}")),
    ];

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation)
    {
        var fault = MessagebirdSignature.Fault(request, context);
        return ValueTask.FromResult(fault is null ? Verification.Valid(Answer(request)) : Verification.Refused(fault));
    }

    public ParsedCallback Parse(CallbackRequest request)
    {
        if (IsStandard(request))
            return ParsedCallback.Of(BirdEvents.Read(CallbackJson.Parse(request.Body), request.Header("webhook-id")));
        if (MessagebirdReports.Fields(request) is { } fields)
            return ParsedCallback.Of(MessagebirdReports.Read(fields));
        return ParsedCallback.Of(BirdNotifications.Read(CallbackJson.Parse(request.Body)));
    }

    private static bool IsStandard(CallbackRequest request) => MessagebirdSignature.Scheme(request) == MessagebirdScheme.Standard;

    /// <summary>The SMS API waits for the word OK.</summary>
    private static CallbackAnswer Answer(CallbackRequest request) =>
        IsStandard(request) || request.MediaType == "application/json" ? CallbackAnswer.Empty : new CallbackAnswer(200, "text/plain", "OK");
}
