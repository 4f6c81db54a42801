namespace Gatepost.Providers.Meta;

/// <summary>The WhatsApp Cloud API of Meta.</summary>
internal sealed class MetaProvider : IProvider
{
    public string Name => "meta";

    public IReadOnlyList<string> Routes { get; } = ["meta/whatsapp"];

    /// <summary>Meta sends 3 MB at most.</summary>
    public int MaxBodyBytes => 4 * 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials)
    {
        // An account without the other one is of use too: one refuses callbacks, the other the handshake.
        if (credentials.Secrets.Count == 0 && !string.IsNullOrWhiteSpace(credentials.VerifyToken))
            return [];
        var faults = SigningSecrets.Faults("secrets", credentials.Secrets, "It is the app secret: App settings > Basic > App secret, in the Meta app dashboard.").ToList();
        if (credentials.Secrets.Count == 0)
            faults.Add(new CredentialFault("verifyToken", "is missing. It is a text of your choice: type the same under WhatsApp > Configuration > Webhook > Verify token."));
        return faults;
    }

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(request.Method switch
        {
            "GET" => MetaHandshake.Verify(request, context.Credentials.VerifyToken),
            "POST" => MetaSignature.Verify(request, context.Credentials.Secrets),
            _ => Verification.Refused("Meta sends GET and POST.", 403),
        });

    public ParsedCallback Parse(CallbackRequest request)
    {
        var json = CallbackJson.Parse(request.Body);
        // Apps may subscribe to other objects with the same URL: authentic, but nothing for us.
        return json.Text("object") == MetaPayload.WhatsApp ? ParsedCallback.Of([.. MetaPayload.Changes(json).SelectMany(Events)]) : ParsedCallback.Nothing;
    }

    private static IEnumerable<CallbackEvent> Events(MetaChange change) => change.Field switch
    {
        "messages" =>
        [
            .. change.Value.Member("statuses").Items().Select(status => MetaStatuses.Read(change, status)),
            .. change.Value.Member("messages").Items().Select(message => MetaMessages.Read(change, message)),
        ],
        "user_preferences" => change.Value.Member("user_preferences").Items().Select(preference => MetaPreferences.Read(change, preference)),
        _ => [MetaPayload.Other(change)],
    };
}
