using System.Text.Json;

namespace Gatepost.Providers.Mandrill;

/// <summary>Mandrill (Mailchimp Transactional): batches of events and of inbound e-mail.</summary>
internal sealed class MandrillProvider : IProvider
{
    private const string Field = "mandrill_events";

    public string Name => "mandrill";

    public IReadOnlyList<string> Routes { get; } = ["email-status", "inbound-email"];

    public int MaxBodyBytes => 50 * 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) =>
        [.. SigningSecrets.Faults("secrets", credentials.Secrets, "The webhook's own key (Mandrill, Settings, Webhooks, Key); each webhook and inbound route has another.")];

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(Verify(request, context.Credentials));

    public ParsedCallback Parse(CallbackRequest request)
    {
        var batch = FormParts.TryRead(request)?.First(Field) ?? throw new CallbackFormatException($"There is no {Field}.");
        var json = CallbackJson.Parse(batch.Value);
        if (json.ValueKind != JsonValueKind.Array)
            throw new CallbackFormatException($"{Field} is no array.");
        return ParsedCallback.Of([.. json.EnumerateArray().Select(MandrillEvents.Read).OfType<CallbackEvent>()]);
    }

    private static Verification Verify(CallbackRequest request, ProviderCredentials credentials)
    {
        // Mandrill asks whether the URL is there before it has a key to sign with.
        if (request.Method == "HEAD")
            return Verification.Handshake(CallbackAnswer.Empty);
        if (FormParts.TryRead(request) is not { } form || form.All.Count(p => p.Name == Field) != 1)
            return Verification.Refused($"There is no {Field}.");
        return MandrillSignature.Matches(request, form, Keys(form, credentials))
            ? Verification.Valid()
            : Verification.Refused("The signature does not match.");
    }

    // The set-up test is signed with a key that anybody knows: nothing but an empty batch may come with it.
    private static IReadOnlyList<string> Keys(FormParts form, ProviderCredentials credentials) =>
        credentials.EmptyBatchSecret is { Length: > 0 } test && form.First(Field)!.Value.Span.SequenceEqual("[]"u8) ? [.. credentials.Secrets, test] : credentials.Secrets;
}
