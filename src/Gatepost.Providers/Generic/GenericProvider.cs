namespace Gatepost.Providers.Generic;

/// <summary>Delivery status in our own words, for providers that have no room here; docs/providers/generic.md has the form.</summary>
internal sealed class GenericProvider : IProvider
{
    private static readonly GenericAccess Access = new("Choose it yourself and give it to the program that posts the events.");

    public string Name => "generic";

    public IReadOnlyList<string> Routes { get; } = ["email-status"];

    public int MaxBodyBytes => 5 * 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) => Access.Check(credentials);

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(GenericAccess.Refusal(request, context) ?? Verification.Valid());

    public ParsedCallback Parse(CallbackRequest request) => ParsedCallback.Of([.. GenericEvents.Read(CallbackJson.Parse(request.Body))]);
}
