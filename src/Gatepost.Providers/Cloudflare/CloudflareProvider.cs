using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Cloudflare;

/// <summary>Raw e-mails that an Email Worker of Cloudflare posts; docs/providers/cloudflare.md has the Worker.</summary>
internal sealed class CloudflareProvider() : RawMailProvider("cloudflare", "Choose it yourself and save it as a secret of the Worker (wrangler secret put).");
