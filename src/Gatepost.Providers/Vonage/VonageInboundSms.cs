using System.Globalization;

namespace Gatepost.Providers.Vonage;

/// <summary>A customer's SMS, or one part of a long one.</summary>
internal static class VonageInboundSms
{
    private static readonly HashSet<string> StopWords = new(StringComparer.OrdinalIgnoreCase) { "STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE" };

    /// <exception cref="CallbackFormatException">It is no message.</exception>
    public static IEnumerable<CallbackEvent> Read(IReadOnlyDictionary<string, string> parameters)
    {
        if (parameters.GetValueOrDefault("messageId") is not { } id || parameters.GetValueOrDefault("msisdn") is not { } from)
            throw new CallbackFormatException("It is neither a receipt nor a message.");
        var text = parameters.GetValueOrDefault("text");
        var message = new CallbackEvent
        {
            Kind = CallbackEventKind.Inbound,
            Channel = CallbackChannel.Sms,
            ProviderStatus = parameters.GetValueOrDefault("type"),
            ProviderMessageId = id,
            From = PhoneNumber.Normalize(from),
            To = PhoneNumber.Normalize(parameters.GetValueOrDefault("to")),
            Text = InboundText.Normalize(text),
            OccurredAt = CallbackJson.Instant(parameters.GetValueOrDefault("message-timestamp")),
            DedupKey = $"vonage-sms:{id}",
            Extra = Specifics(parameters),
        };
        // The whole text and not only its first word: "Stop sending me wrong bills" is a ticket.
        return StopWords.Contains(text?.Trim() ?? "") ? [message, OptOut(message)] : [message];
    }

    private static CallbackEvent OptOut(CallbackEvent message) => new()
    {
        Kind = CallbackEventKind.Status,
        Channel = CallbackChannel.Sms,
        Status = MessageStatus.Unsubscribed,
        ProviderStatus = message.Text!.Trim(),
        Recipient = message.From,
        From = message.To,
        OccurredAt = message.OccurredAt,
        DedupKey = $"{message.DedupKey}:stop",
    };

    private static Extras Specifics(IReadOnlyDictionary<string, string> parameters) => new Extras()
        .With("contentType", parameters.GetValueOrDefault("type"))
        .With("keyword", parameters.GetValueOrDefault("keyword"))
        .With("dataHex", parameters.GetValueOrDefault("data"))
        .With("udhHex", parameters.GetValueOrDefault("udh"))
        .With("concat", parameters.GetValueOrDefault("concat") == "true" ? Part(parameters) : null);

    /// <summary>Parts come in any order; their reference is a small number that is used again, so a group lasts for a day at most.</summary>
    private static Extras Part(IReadOnlyDictionary<string, string> parameters)
    {
        var reference = parameters.GetValueOrDefault("concat-ref");
        return new Extras()
            .With("ref", reference)
            .With("total", Number("concat-total"))
            .With("part", Number("concat-part"))
            .With("groupKey", $"{parameters.GetValueOrDefault("msisdn")}:{parameters.GetValueOrDefault("to")}:{reference}");

        long? Number(string name) => long.TryParse(parameters.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
