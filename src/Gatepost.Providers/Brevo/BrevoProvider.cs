using System.Text.Json;

namespace Gatepost.Providers.Brevo;

/// <summary>Brevo (Sendinblue), which signs nothing: events of transactional e-mail.</summary>
internal sealed class BrevoProvider : IProvider
{
    private static readonly SharedSecretAccess Access = new(
        "Brevo, Transactional, Settings, Webhook: Token or Basic authentication, or custom headers (API: auth, headers); its addresses are in its help centre.");

    public string Name => "brevo";

    public IReadOnlyList<string> Routes { get; } = ["email-status"];

    public int MaxBodyBytes => 5 * 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) => Access.Check(credentials);

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(SharedSecretAccess.Refusal(request, context.Credentials) ?? Verification.Valid());

    /// <summary>One event, or an array of them where batches are on.</summary>
    public ParsedCallback Parse(CallbackRequest request)
    {
        var json = CallbackJson.Parse(request.Body);
        if (json.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
            throw new CallbackFormatException("It is no event.");
        return ParsedCallback.Of([.. ((JsonElement?)json).Items().Select(BrevoEvents.Read)]);
    }
}
