namespace Gatepost.Providers.Postmark;

/// <summary>Postmark, which signs nothing: events of outbound messages, and inbound e-mail as JSON.</summary>
internal sealed class PostmarkProvider : IProvider
{
    private static readonly SharedSecretAccess Access = new(
        "Postmark, Message Stream, Webhooks: Basic auth credentials or Custom headers; inbound stream, Settings: name and password in the URL (https://name:password@host/...).");

    public string Name => "postmark";

    public IReadOnlyList<string> Routes { get; } = ["email-status", "inbound-email"];

    public int MaxBodyBytes => 50 * 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) => Access.Check(credentials);

    // 401, not 403: that would stop Postmark's repetitions, and a wrong password can be put right.
    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(SharedSecretAccess.Refusal(request, context.Credentials) ?? Verification.Valid());

    public ParsedCallback Parse(CallbackRequest request)
    {
        var json = CallbackJson.Parse(request.Body);
        return ParsedCallback.Of(request.Route == "inbound-email" ? PostmarkMail.Read(json) : PostmarkEvents.Read(json));
    }
}
