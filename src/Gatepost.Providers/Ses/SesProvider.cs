using System.Text;

namespace Gatepost.Providers.Ses;

/// <summary>Amazon SES by way of SNS: events of outbound messages, inbound e-mail, and the subscription's handshake.</summary>
internal sealed class SesProvider : IProvider
{
    public string Name => "ses";

    public IReadOnlyList<string> Routes { get; } = ["aws/ses", "inbound-email"];

    // SNS carries 256 KiB at most; escaped as JSON twice it can be several times that.
    public int MaxBodyBytes => 2 * 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) => SesCredentials.Check(credentials);

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) =>
        SnsVerifier.VerifyAsync(request, context, cancellation);

    public ParsedCallback Parse(CallbackRequest request)
    {
        if (SnsVerifier.IsRaw(request))
            return Notification(request.Body, request.Header("x-amz-sns-message-id"));
        var message = SnsMessage.Read(request.Body) ?? throw new CallbackFormatException("It is no message of SNS.");
        return message.Type switch
        {
            SnsMessage.Notification => Notification(Encoding.UTF8.GetBytes(message.Message), message.MessageId),
            SnsMessage.SubscriptionConfirmation => new ParsedCallback { ConfirmSubscription = Confirmation(message) },
            _ => ParsedCallback.Of(Unsubscribed(message)),
        };
    }

    private static Uri? Confirmation(SnsMessage message) =>
        TopicArn.Region(message.TopicArn) is { } region ? SnsUrls.Confirmation(message.SubscribeUrl, region) : null;

    // Its SubscribeURL would subscribe again: that is for a person to decide.
    private static CallbackEvent Unsubscribed(SnsMessage message) => new()
    {
        Kind = CallbackEventKind.Other,
        Channel = CallbackChannel.Email,
        ProviderStatus = message.Type,
        ProviderEventId = message.MessageId,
        OccurredAt = CallbackJson.Instant(message.Timestamp),
        DedupKey = $"sns|{message.MessageId}",
        Extra = new Dictionary<string, object?> { ["topicArn"] = message.TopicArn },
    };

    private static ParsedCallback Notification(ReadOnlyMemory<byte> text, string? eventId)
    {
        // SES greets a new topic with a sentence, and others may publish what they like.
        if (!text.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8))
            return ParsedCallback.Nothing;
        var json = CallbackJson.Parse(text);
        return (json.Text("eventType") ?? json.Text("notificationType")) switch
        {
            null => ParsedCallback.Nothing,
            "Received" => ParsedCallback.Of(SesMail.Read(json, eventId)),
            var word => ParsedCallback.Of([.. SesEvents.Read(json, word, eventId)]),
        };
    }
}
