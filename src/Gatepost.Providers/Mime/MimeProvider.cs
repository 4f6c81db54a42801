using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Mime;

/// <summary>Raw e-mails of the user's own mail server or relay.</summary>
internal sealed class MimeProvider : IProvider
{
    private static readonly GenericAccess Access = new("Choose it yourself and give it to the program that posts the mails, such as a pipe of Postfix.");

    public string Name => "mime";

    public IReadOnlyList<string> Routes { get; } = ["inbound-email"];

    public int MaxBodyBytes => RawMail.MaxBytes;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) => Access.Check(credentials);

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(GenericAccess.Refusal(request, context) ?? RawMail.Refusal(request) ?? Verification.Valid());

    public ParsedCallback Parse(CallbackRequest request) => RawMail.Parse(request);
}
