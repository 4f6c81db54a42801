using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Cloudflare;

/// <summary>Raw e-mails that an Email Worker of Cloudflare posts; docs/providers/cloudflare.md has the Worker.</summary>
internal sealed class CloudflareProvider : IProvider
{
    private static readonly GenericAccess Access = new("Choose it yourself and save it as a secret of the Worker (wrangler secret put).");

    public string Name => "cloudflare";

    public IReadOnlyList<string> Routes { get; } = ["inbound-email"];

    public int MaxBodyBytes => RawMail.MaxBytes;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) => Access.Check(credentials);

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(GenericAccess.Refusal(request, context) ?? RawMail.Refusal(request) ?? Verification.Valid());

    public ParsedCallback Parse(CallbackRequest request) => RawMail.Parse(request);
}
