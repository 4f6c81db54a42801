namespace Gatepost.Providers.Gupshup;

/// <summary>WhatsApp by Gupshup, which signs nothing: the user tells it what to send along.</summary>
internal sealed class GupshupProvider : IProvider
{
    public string Name => "gupshup";

    public IReadOnlyList<string> Routes { get; } = ["gupshup/whatsapp"];

    /// <summary>Version 3 passes on what Meta sends, 3 MB at most.</summary>
    public int MaxBodyBytes => 4 * 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) => GupshupCredentials.Check(credentials);

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(GupshupAccess.Verify(request, context.Credentials));

    public ParsedCallback Parse(CallbackRequest request)
    {
        if (request.Method == "GET" || request.MediaType == "application/x-www-form-urlencoded")
            return ParsedCallback.Of([.. GupshupEnterprise.Read(request)]);
        var json = CallbackJson.Parse(request.Body);
        if (json.Member("entry") is not null)
            return ParsedCallback.Of([.. GupshupPassthrough.Read(json)]);
        return ParsedCallback.Of(GupshupEvents.Read(json));
    }
}
