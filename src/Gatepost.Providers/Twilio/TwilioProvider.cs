namespace Gatepost.Providers.Twilio;

/// <summary>Twilio Programmable Messaging: status callbacks and inbound messages of SMS and WhatsApp.</summary>
internal sealed class TwilioProvider : IProvider
{
    // Twilio warns (12300) when an inbound webhook answers anything but TwiML.
    private static readonly CallbackAnswer NoReply =
        new(200, "text/xml; charset=utf-8", """<?xml version="1.0" encoding="UTF-8"?><Response></Response>""");

    public string Name => "twilio";

    public IReadOnlyList<string> Routes { get; } = ["twilio/sms", "twilio/whatsapp"];

    /// <summary>An inbound text has at most 1,600 characters; the rest is room for the JSON of add-ons.</summary>
    public int MaxBodyBytes => 256 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) =>
        [.. SigningSecrets.Faults("secrets", credentials.Secrets, "Give the auth token of the (sub)account that owns the number: Twilio Console > Account > API keys & tokens.")];

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(TwilioSignature.Fault(request, context.Credentials.Secrets) is { } fault
            ? Verification.Refused(fault, 403)
            : Verification.Valid(TwilioMessage.IsInbound(request) ? NoReply : CallbackAnswer.Empty));

    public ParsedCallback Parse(CallbackRequest request) => TwilioMessage.Parse(request);
}
