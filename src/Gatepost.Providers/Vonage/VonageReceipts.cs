using System.Globalization;

namespace Gatepost.Providers.Vonage;

/// <summary>A delivery receipt of the SMS API: one per part of a long message, each with an id of its own.</summary>
internal static class VonageReceipts
{
    public static CallbackEvent Read(IReadOnlyDictionary<string, string> parameters)
    {
        var id = parameters.GetValueOrDefault("messageId");
        var (word, scts) = (parameters["status"], parameters.GetValueOrDefault("scts"));
        var code = parameters.GetValueOrDefault("err-code");
        var error = code is "" or "0" ? null : code;
        var (status, terminal) = VonageStatuses.Receipts.GetValueOrDefault(word);
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Status,
            Channel = CallbackChannel.Sms,
            Status = status,
            ProviderStatus = word,
            ProviderMessageId = id,
            Recipient = PhoneNumber.Normalize(parameters.GetValueOrDefault("msisdn")),
            From = PhoneNumber.Normalize(parameters.GetValueOrDefault("to")),
            OccurredAt = CarrierTime(scts) ?? CallbackJson.Instant(parameters.GetValueOrDefault("message-timestamp")),
            ErrorCode = error,
            ErrorReason = VonageStatuses.Reasons.GetValueOrDefault(error ?? ""),
            Terminal = terminal,
            DedupKey = $"vonage-sms:{id}:{word}:{code}:{scts}",
            Reference = parameters.GetValueOrDefault("client-ref"),
            Extra = new Extras()
                .With("networkCode", parameters.GetValueOrDefault("network-code"))
                .With("price", parameters.GetValueOrDefault("price"))
                .With("apiKey", parameters.GetValueOrDefault("api-key"))
                .With(Extras.RecipientOptedOut, VonageStatuses.IsOptOut(error) ? true : null),
        };
    }

    /// <summary><c>YYMMDDHHMM</c>, taken as UTC.</summary>
    private static DateTimeOffset? CarrierTime(string? scts) =>
        DateTimeOffset.TryParseExact($"20{scts}", "yyyyMMddHHmm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
