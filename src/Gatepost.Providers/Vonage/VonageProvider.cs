namespace Gatepost.Providers.Vonage;

/// <summary>Vonage: its SMS API (parameters with a <c>sig</c>) and its Messages API (JSON with a JWT).</summary>
internal sealed class VonageProvider : IProvider
{
    private const string SignatureSecret = "It is the signature secret: Vonage dashboard > API settings > Signed webhooks. It is not the API secret.";

    public string Name => "vonage";

    public IReadOnlyList<string> Routes { get; } = ["vonage/sms"];

    public int MaxBodyBytes => 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials)
    {
        var faults = SigningSecrets.Faults("secrets", credentials.Secrets, SignatureSecret).ToList();
        if (credentials.SignatureMethod is { } method && !VonageSmsSignature.Methods.ContainsKey(method))
            faults.Add(new CredentialFault("signatureMethod", $"must be one of {string.Join(", ", VonageSmsSignature.Methods.Keys.Order(StringComparer.Ordinal))}: see API settings > SMS settings > Signature method."));
        if (credentials.SignatureMethod is null && string.IsNullOrEmpty(credentials.ApiKey))
            faults.Add(new CredentialFault("signatureMethod", "is missing for the SMS API (API settings > SMS settings), or apiKey for the Messages API (on the dashboard's first page)."));
        return faults;
    }

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation)
    {
        try
        {
            return ValueTask.FromResult(VonageJwt.IsIn(request) ? VonageJwt.Verify(request, context) : VonageSmsSignature.Verify(request, context));
        }
        catch (CallbackFormatException e)
        {
            return ValueTask.FromResult(Verification.Refused(e.Message));
        }
    }

    public ParsedCallback Parse(CallbackRequest request)
    {
        // What is read is what the scheme signs: the body with a JWT, else the parameters.
        if (VonageJwt.IsIn(request))
            return ParsedCallback.Of(VonageMessages.Read(CallbackJson.Parse(request.Body)));
        var parameters = VonageParameters.Read(request);
        return parameters.ContainsKey("status") ? ParsedCallback.Of(VonageReceipts.Read(parameters)) : ParsedCallback.Of([.. VonageInboundSms.Read(parameters)]);
    }
}
