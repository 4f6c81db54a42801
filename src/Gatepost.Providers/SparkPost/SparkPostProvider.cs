namespace Gatepost.Providers.SparkPost;

/// <summary>SparkPost: batches of message events, and inbound e-mail of relay webhooks.</summary>
internal sealed class SparkPostProvider : IProvider
{
    private const string BatchHeader = "X-MessageSystems-Batch-ID";

    /// <summary>SparkPost repeats a batch for 8 hours.</summary>
    private static readonly TimeSpan Keep = TimeSpan.FromDays(1);

    private static readonly SharedSecretAccess Access = new(
        "SparkPost, Configuration, Webhooks: Basic Auth, or OAuth 2.0 (the token it was issued); relay webhooks: auth_token, which comes in the header X-MessageSystems-Webhook-Token.");

    public string Name => "sparkpost";

    public IReadOnlyList<string> Routes { get; } = ["email-status", "inbound-email"];

    public int MaxBodyBytes => 50 * 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) => Access.Check(credentials);

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(SharedSecretAccess.Refusal(request, context.Credentials) ?? Verification.Valid(replay: Guard(request)));

    public ParsedCallback Parse(CallbackRequest request) => ParsedCallback.Of([.. SparkPostEvents.Read(CallbackJson.Parse(request.Body))]);

    private static ReplayGuard? Guard(CallbackRequest request) =>
        request.Header(BatchHeader) is { Length: > 0 and <= 200 } batch ? new ReplayGuard($"sparkpost|{request.Route}|{batch}", 200, Keep) : null;
}
