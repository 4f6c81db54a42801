namespace Gatepost.Providers.Mailgun;

/// <summary>Mailgun: events of outbound messages and inbound e-mail of routes.</summary>
internal sealed class MailgunProvider : IProvider
{
    // The only answer that ends Mailgun's retries.
    private const int GiveUp = 406;

    // Nobody says that a retry is signed anew, so the default lets the last one of them (about 8 hours) pass.
    private const int DefaultMaxAge = (8 * 60 + 30) * 60;

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    public string Name => "mailgun";

    public IReadOnlyList<string> Routes { get; } = ["email-status", "inbound-email"];

    public int MaxBodyBytes => 50 * 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) =>
    [
        .. SigningSecrets.Faults("secrets", credentials.Secrets, "The HTTP webhook signing key (Mailgun, Settings, API security); it is not an API key."),
        .. credentials.MaxAgeSeconds is <= 0 ? [new CredentialFault("maxAgeSeconds", "must be positive; Mailgun repeats for about 8 hours.")] : Array.Empty<CredentialFault>(),
    ];

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(Verify(request, context));

    public ParsedCallback Parse(CallbackRequest request)
    {
        var signature = MailgunSignature.TryRead(request) ?? throw new CallbackFormatException("It is neither JSON nor a form.");
        if (FormParts.TryRead(request) is not { } form)
            return ParsedCallback.Of(MailgunEvents.FromJson(CallbackJson.Parse(request.Body), signature.Token));
        return ParsedCallback.Of(request.Route == "inbound-email" ? MailgunMail.Read(form) : MailgunEvents.FromForm(form, signature));
    }

    private static Verification Verify(CallbackRequest request, CallbackContext context)
    {
        if (MailgunSignature.TryRead(request) is not { } signature)
            return Verification.Refused("There is no signature.", GiveUp);
        if (!signature.Matches(context.Credentials.Secrets))
            return Verification.Refused("The signature does not match.", GiveUp);
        if (CallbackJson.UnixTime(signature.Timestamp) is not { } at)
            return Verification.Refused("The timestamp is no number.", GiveUp);
        var limit = context.Credentials.MaxAgeSeconds ?? DefaultMaxAge;
        var age = context.Now - at;
        if (limit != int.MaxValue && (age > TimeSpan.FromSeconds(limit) || age < -Skew))
            return Verification.Refused("The timestamp is outside the window.", GiveUp);
        return Verification.Valid(replay: new ReplayGuard($"mailgun|token|{signature.Token}", GiveUp, Remember(limit)));
    }

    // As long as the timestamp lets the request pass.
    private static TimeSpan Remember(int limit) => limit == int.MaxValue ? TimeSpan.FromDays(30) : TimeSpan.FromSeconds(limit) + Skew + Skew;
}
