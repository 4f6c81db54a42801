using System.Globalization;

namespace Gatepost.Providers.Plivo;

/// <summary>Plivo: message status and inbound messages, as form or query.</summary>
internal sealed class PlivoProvider : IProvider
{
    // Plivo gives up after three retries, 7 minutes in all; a captured request stays good for ever, so remember much longer.
    private static readonly TimeSpan RememberNonce = TimeSpan.FromDays(7);

    public string Name => "plivo";

    public IReadOnlyList<string> Routes { get; } = ["plivo/sms"];

    public int MaxBodyBytes => 256 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) =>
        [.. SigningSecrets.Faults("secrets", credentials.Secrets, "The Auth Token of the Plivo account (console, Overview) or of the subaccount that owns the messages.")];

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) => ValueTask.FromResult(
        PlivoSignature.Fault(request, context.Credentials.Secrets) is { } fault
            ? Verification.Refused(fault)
            : Verification.Valid(replay: Guard(request)));

    public ParsedCallback Parse(CallbackRequest request)
    {
        var form = request.Method == "GET" ? CallbackForm.Parse(request.RawQuery) : CallbackForm.Parse(request.Body);
        var id = form.Value("MessageUUID") is { Length: > 0 } uuid ? uuid : throw new CallbackFormatException("There is no MessageUUID.");
        if (form.Value("Status") is { Length: > 0 } status)
            return ParsedCallback.Of(Status(form, id, status));
        return form.Value("From") is null
            ? throw new CallbackFormatException("It is neither a status nor a message.")
            : ParsedCallback.Of(Inbound(form, id));
    }

    // V2 signs neither body nor query: its nonce is all that keeps a captured request from carrying another body.
    private static ReplayGuard? Guard(CallbackRequest request) =>
        PlivoSignature.NonceV2(request) is { } nonce ? new ReplayGuard($"plivo|nonce|{nonce}", 200, RememberNonce) : null;

    private static CallbackEvent Status(CallbackForm form, string id, string word)
    {
        var (status, terminal, time) = PlivoStatuses.Of(word);
        var code = PlivoStatuses.ErrorCode(form.Value("ErrorCode"));
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Status,
            Channel = Channel(form),
            Status = status,
            ProviderStatus = word,
            ProviderMessageId = id,
            Recipient = PhoneNumber.Normalize(form.Value("To")),
            From = PhoneNumber.Normalize(form.Value("From")),
            OccurredAt = time is null ? null : CallbackJson.Instant(form.Value(time)),
            ErrorCode = code,
            ErrorReason = PlivoStatuses.Reason(code),
            Terminal = terminal,
            DedupKey = $"plivo|{id}|{word}|{form.Value("Sequence")}",
            Extra = Extra(form, code),
        };
    }

    private static CallbackEvent Inbound(CallbackForm form, string id) => new()
    {
        Kind = CallbackEventKind.Inbound,
        Channel = Channel(form),
        ProviderMessageId = id,
        From = PhoneNumber.Normalize(form.Value("From")),
        To = PhoneNumber.Normalize(form.Value("To")),
        Text = InboundText.Normalize(form.Value("Text")),
        DedupKey = $"plivo|{id}",
        Media = [.. Media(form)],
    };

    private static IEnumerable<CallbackMedia> Media(CallbackForm form) => form.Fields
        .Where(f => f.Key.StartsWith("Media", StringComparison.Ordinal) && f.Key[5..].All(char.IsAsciiDigit) && f.Key.Length > 5 && f.Value.Length > 0)
        .Select(f => new CallbackMedia(null, f.Value, null, null));

    private static CallbackChannel Channel(CallbackForm form) =>
        string.Equals(form.Value("Type"), "whatsapp", StringComparison.OrdinalIgnoreCase) ? CallbackChannel.WhatsApp : CallbackChannel.Sms;

    private static Extras Extra(CallbackForm form, string? code) => new Extras()
        .With("sequence", long.TryParse(form.Value("Sequence"), CultureInfo.InvariantCulture, out var sequence) ? sequence : null)
        .With("units", form.Value("Units"))
        .With("mcc", form.Value("MCC"))
        .With("mnc", form.Value("MNC"))
        .With("totalAmount", form.Value("TotalAmount"))
        .With(Extras.RecipientOptedOut, code == PlivoStatuses.StoppedCode ? true : null);
}
