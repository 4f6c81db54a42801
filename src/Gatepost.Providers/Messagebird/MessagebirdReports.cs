namespace Gatepost.Providers.Messagebird;

/// <summary>The SMS API: a status report, or an inbound message, in the query or in a form.</summary>
internal static class MessagebirdReports
{
    private const string OptedOut = "103";

    /// <returns>Null when the request is no report.</returns>
    public static CallbackForm? Fields(CallbackRequest request)
    {
        var query = CallbackForm.Parse(request.RawQuery);
        if (IsReport(query))
            return query;
        if (request.MediaType != "application/x-www-form-urlencoded")
            return null;
        var form = CallbackForm.Parse(request.Body);
        return IsReport(form) ? form : null;
    }

    public static CallbackEvent Read(CallbackForm fields) => fields.Value("status") is null ? Inbound(fields) : Status(fields);

    private static bool IsReport(CallbackForm fields) => fields.Value("id") is not null && (fields.Value("status") ?? fields.Value("originator")) is not null;

    private static CallbackEvent Status(CallbackForm fields)
    {
        var (id, recipient, word) = (fields.Value("id"), fields.Value("recipient"), fields.Value("status")!);
        var time = MessagebirdQuery.Repaired("statusDatetime", fields.Value("statusDatetime") ?? "");
        var at = CallbackJson.Instant(time);
        var (status, terminal) = MessagebirdStatuses.Reports.GetValueOrDefault(word);
        var code = fields.Value("statusErrorCode") is { Length: > 0 } given ? given : null;
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Status,
            Channel = CallbackChannel.Sms,
            Status = status,
            ProviderStatus = word,
            ProviderMessageId = id,
            Recipient = PhoneNumber.Normalize(recipient),
            OccurredAt = at,
            ErrorCode = code,
            ErrorReason = fields.Value("statusReason"),
            Terminal = terminal,
            // One message id covers all recipients of a message.
            DedupKey = $"messagebird:{id}:{recipient}:{word}:{at?.ToString("s", null) ?? time}",
            Reference = fields.Value("reference"),
            Extra = new Extras()
                .With("mccmnc", fields.Value("mccmnc"))
                .With("ported", fields.Value("ported"))
                .With("messagePartCount", fields.Value("messagePartCount"))
                .With(Extras.RecipientOptedOut, code == OptedOut ? true : null),
        };
    }

    private static CallbackEvent Inbound(CallbackForm fields) => new()
    {
        Kind = CallbackEventKind.Inbound,
        Channel = CallbackChannel.Sms,
        ProviderMessageId = fields.Value("id"),
        From = PhoneNumber.Normalize(fields.Value("originator")),
        To = PhoneNumber.Normalize(fields.Value("recipient")),
        Text = InboundText.Normalize(fields.Value("body")),
        OccurredAt = CallbackJson.Instant((fields.Value("createdDatetime") ?? "").Replace(' ', '+')),
        DedupKey = $"messagebird:{fields.Value("id")}:inbound",
    };
}
