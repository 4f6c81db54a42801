namespace Gatepost.Providers;

/// <summary>Every provider, one line each.</summary>
public static class ProviderCatalog
{
    public static IReadOnlyList<IProvider> All { get; } =
    [
        new Brevo.BrevoProvider(),
        new Cloudflare.CloudflareProvider(),
        new Generic.GenericProvider(),
        new Gupshup.GupshupProvider(),
        new Mailgun.MailgunProvider(),
        new Mandrill.MandrillProvider(),
        new Messagebird.MessagebirdProvider(),
        new Meta.MetaProvider(),
        new Mime.MimeProvider(),
        new Plivo.PlivoProvider(),
        new Postmark.PostmarkProvider(),
        new Resend.ResendProvider(),
        new SendGrid.SendGridProvider(),
        new SendGridInbound.SendGridInboundProvider(),
        new Ses.SesProvider(),
        new SparkPost.SparkPostProvider(),
        new Twilio.TwilioProvider(),
        new Vonage.VonageProvider(),
    ];

    private static readonly Dictionary<(string, string), IProvider> ByRoute =
        All.SelectMany(p => p.Routes.Select(route => ((p.Name, route), p))).ToDictionary();

    /// <param name="account">The account type.</param>
    /// <returns>Null when accounts of this type do not serve the route.</returns>
    public static IProvider? Find(string account, string route) => ByRoute.GetValueOrDefault((account, route));
}
