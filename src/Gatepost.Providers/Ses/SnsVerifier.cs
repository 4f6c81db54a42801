namespace Gatepost.Providers.Ses;

/// <summary>The order of the checks: whatever needs no download comes before the download.</summary>
internal static class SnsVerifier
{
    private const int Refused = 403;

    // SNS repeats for an hour at most; one month as its guide advises.
    private static readonly TimeSpan Remember = TimeSpan.FromDays(30);

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    public static async ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation)
    {
        var credentials = context.Credentials;
        if (credentials.Basic.Count > 0 && !SharedSecretRules.HasBasic(request, credentials.Basic))
            return Challenge();
        if (IsRaw(request))
            return Trusted(credentials) ? Verification.Valid() : Verification.Refused("Raw delivery is not signed.", Refused);
        var (message, refusal) = Read(request);
        if (message is null)
            return refusal!;
        if (Fault(request, message, context) is { } fault)
            return Verification.Refused(fault, Refused);
        return await CheckSignatureAsync(message, context, cancellation).ConfigureAwait(false);
    }

    /// <summary>The topic sends the bare message: no envelope, no signature.</summary>
    public static bool IsRaw(CallbackRequest request) =>
        request.Headers.TryGetValue("x-amz-sns-rawdelivery", out var raw) && raw.Any(value => string.Equals(value, "true", StringComparison.OrdinalIgnoreCase));

    private static (SnsMessage? Message, Verification? Refusal) Read(CallbackRequest request)
    {
        try
        {
            return SnsMessage.Read(request.Body) is { } message ? (message, null) : (null, Verification.Refused("It is no message of SNS.", Refused));
        }
        catch (CallbackFormatException)
        {
            return (null, Verification.Refused("The body is no JSON.", 400));
        }
    }

    private static string? Fault(CallbackRequest request, SnsMessage message, CallbackContext context)
    {
        if (!Agrees(request, "x-amz-sns-message-type", message.Type) || !Agrees(request, "x-amz-sns-message-id", message.MessageId)
            || !Agrees(request, "x-amz-sns-topic-arn", message.TopicArn))
            return "The headers disagree with the body.";
        if (!IsAllowed(message.TopicArn, context.Credentials) || TopicArn.Region(message.TopicArn) is not { } region)
            return "The topic is not one of the allowed ones.";
        if (SnsSignature.Algorithm(message) is null)
            return "The signature version is not known.";
        if (SnsUrls.SigningCertificate(message.SigningCertUrl, region) is null)
            return "The signing certificate's URL is not one of SNS in the topic's region.";
        if (message.Type == SnsMessage.SubscriptionConfirmation && SnsUrls.Confirmation(message.SubscribeUrl, region) is null)
            return "The subscribe URL is not one of SNS in the topic's region.";
        return IsTooOld(message, context) ? "The timestamp is outside the window." : null;
    }

    private static async ValueTask<Verification> CheckSignatureAsync(SnsMessage message, CallbackContext context, CancellationToken cancellation)
    {
        var region = TopicArn.Region(message.TopicArn)!;
        var url = SnsUrls.SigningCertificate(message.SigningCertUrl, region)!;
        // 503: SNS tries again, and by then the certificate may be there.
        if (context.Certificates is not { } source || await source.GetAsync(url, cancellation).ConfigureAwait(false) is not { } certificate)
            return Verification.Refused("The signing certificate cannot be had.", 503);
        if (SnsSignature.CertificateFault(certificate, region, context.Now) is { } fault)
            return Verification.Refused(fault, Refused);
        if (!SnsSignature.Matches(message, certificate))
            return Verification.Refused("The signature does not match.", Refused);
        return message.Type == SnsMessage.Notification
            ? Verification.Valid(replay: new ReplayGuard($"sns|message|{message.MessageId}", 200, Remember))
            : Verification.Valid();
    }

    // Absent headers prove nothing (a Lambda in between has none); contradicting ones do.
    private static bool Agrees(CallbackRequest request, string header, string value) =>
        !request.Headers.TryGetValue(header, out var given) || given.All(one => one == value);

    // A signature says "SNS sent it", not "our topic did": anybody can point a topic of his own at our URL.
    private static bool IsAllowed(string topic, ProviderCredentials credentials) =>
        credentials.AllowedTopicArns.Count == 0 ? Trusted(credentials) : credentials.AllowedTopicArns.Contains(topic, StringComparer.Ordinal);

    // What stands for the list of topics. Basic was checked before anything else.
    private static bool Trusted(ProviderCredentials credentials) => credentials.Basic.Count > 0 || credentials.SecretPathOnly;

    private static bool IsTooOld(SnsMessage message, CallbackContext context)
    {
        if (context.Credentials.MaxAgeSeconds is not { } limit || limit == int.MaxValue)
            return false;
        return CallbackJson.Instant(message.Timestamp) is not { } at || context.Now - at > TimeSpan.FromSeconds(limit) || at - context.Now > Skew;
    }

    // SNS sends the user name and password of its endpoint's URL only after it was asked for them.
    private static Verification Challenge() => Verification.Refused("Basic authentication is missing or wrong.") with
    {
        Answer = new CallbackAnswer(401) { Headers = new Dictionary<string, string> { ["WWW-Authenticate"] = "Basic realm=\"webhook\"" } },
    };
}
