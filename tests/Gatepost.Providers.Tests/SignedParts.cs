using System.Collections.Frozen;

namespace Gatepost.Providers.Tests;

/// <summary>
/// What a scheme signs, as the octets that are signed once they are decoded: two requests that agree in them are the same to
/// the provider. A part without a function is not signed.
/// </summary>
internal sealed record SignedParts
{
    public Func<CallbackRequest, string>? Body { get; private init; }

    public Func<CallbackRequest, string>? Url { get; private init; }

    /// <summary>Signed headers.</summary>
    public IReadOnlyList<string> Headers { get; private init; } = [];

    /// <summary>The headers that carry the signature or the secret; any one of them may be enough.</summary>
    public IReadOnlyList<string> Proof { get; private init; } = [];

    /// <summary>
    /// The table. Not signed, and so free to change: the URL for all but the schemes with one here; all headers not named;
    /// Twilio: the port and the user name in the URL, and the bounds between names and values of the form;
    /// Mailgun and Plivo v2: everything but the token or nonce; SNS: UnsubscribeURL and MessageAttributes;
    /// Meta's handshake: the challenge; everything where a secret is only shown.
    /// </summary>
    public static FrozenDictionary<string, SignedParts> ByScheme { get; } = new Dictionary<string, SignedParts>
    {
        ["twilio"] = new() { Body = SignedOctets.TwilioBody, Url = SignedOctets.TwilioUrl, Proof = ["X-Twilio-Signature"] },
        ["sendgrid-ecdsa"] = new()
        {
            Body = SignedOctets.RawBody,
            Headers = ["X-Twilio-Email-Event-Webhook-Timestamp"],
            Proof = ["X-Twilio-Email-Event-Webhook-Signature"],
        },
        ["meta-hmac"] = new() { Body = SignedOctets.RawBody, Proof = ["X-Hub-Signature-256"] },
        ["meta-handshake"] = new() { Url = SignedOctets.MetaHandshake },
        ["sns"] = new() { Body = SignedOctets.SnsMembers },
        ["mailgun"] = new() { Body = SignedOctets.MailgunToken },
        ["mandrill"] = new() { Body = SignedOctets.SortedForm, Url = SignedOctets.RawUrl, Proof = ["X-Mandrill-Signature"] },
        ["messagebird-signature-jwt"] = new() { Body = SignedOctets.RawBody, Url = SignedOctets.RawUrl, Proof = ["MessageBird-Signature-JWT"] },
        ["messagebird-legacy-hmac"] = new()
        {
            Body = SignedOctets.RawBody,
            Url = SignedOctets.SortedQuery,
            Headers = ["MessageBird-Request-Timestamp"],
            Proof = ["MessageBird-Signature"],
        },
        ["bird-notifications-hmac"] = new()
        {
            Body = SignedOctets.RawBody,
            Url = SignedOctets.RawUrl,
            Headers = ["messagebird-request-timestamp"],
            Proof = ["messagebird-signature"],
        },
        ["standard-webhooks"] = StandardWebhooks("webhook"),
        ["svix"] = StandardWebhooks("svix", "webhook"),
        ["plivo-v2"] = new() { Url = SignedOctets.UrlWithoutQuery, Headers = ["X-Plivo-Signature-V2-Nonce"], Proof = ["X-Plivo-Signature-V2", "X-Plivo-Signature-Ma-V2"] },
        ["plivo-v3"] = new()
        {
            Body = SignedOctets.SortedForm,
            Url = r => SignedOctets.UrlWithoutQuery(r) + SignedOctets.SortedQuery(r),
            Headers = ["X-Plivo-Signature-V3-Nonce"],
            Proof = ["X-Plivo-Signature-V3", "X-Plivo-Signature-Ma-V3"],
        },
        ["vonage-sms-sig"] = new() { Body = SignedOctets.VonageBody, Url = SignedOctets.VonageQuery },
        ["vonage-messages-jwt"] = new() { Body = SignedOctets.RawBody, Proof = ["Authorization"] },
        ["generic-hmac"] = new() { Body = SignedOctets.RawBody, Headers = ["X-Inbound-Timestamp"], Proof = ["X-Inbound-Signature"] },
        ["sendgrid-oauth"] = Shown,
        ["bearer"] = Shown,
        ["basic-auth"] = Shown,
        // The header's name is the user's: it comes from the vector's credentials.
        ["custom-header"] = new(),
        ["gupshup-custom-header"] = new(),
        ["ip-allowlist"] = new(),
        ["secret-path"] = new(),
    }.ToFrozenDictionary();

    private static SignedParts Shown => new() { Proof = ["Authorization"] };

    private static SignedParts StandardWebhooks(params string[] prefixes) => new()
    {
        Body = SignedOctets.RawBody,
        Headers = [.. prefixes.SelectMany(p => new[] { $"{p}-id", $"{p}-timestamp" })],
        Proof = [.. prefixes.Select(p => $"{p}-signature")],
    };
}
