namespace Gatepost.Providers.Twilio;

/// <summary>Reads what a callback says of a message. Twilio gives no times: a callback happened when it came.</summary>
internal static class TwilioMessage
{
    // Twilio delivers at most ten media.
    private const int MaxMedia = 10;

    public static bool IsInbound(CallbackRequest request)
    {
        try
        {
            return IsInbound(TwilioFields.Of(request));
        }
        catch (CallbackFormatException)
        {
            return false;
        }
    }

    public static ParsedCallback Parse(CallbackRequest request)
    {
        var fields = TwilioFields.Of(request);
        var id = fields["MessageSid"] ?? fields["SmsSid"] ?? throw new CallbackFormatException("It names no message: MessageSid is absent.");
        if (!IsInbound(fields))
            return ParsedCallback.Of(Status(request, fields, id));
        return OptOut(request, fields, id) is { } preference ? ParsedCallback.Of(Inbound(request, fields, id), preference) : ParsedCallback.Of(Inbound(request, fields, id));
    }

    // SmsStatus is the old name of MessageStatus; inbound messages have it alone. A status callback has no Body.
    private static bool IsInbound(TwilioFields fields) => (fields["MessageStatus"] ?? fields["SmsStatus"]) switch
    {
        "received" or "receiving" => true,
        null => fields["Body"] is not null || fields["NumMedia"] is not null,
        _ => false,
    };

    private static CallbackEvent Status(CallbackRequest request, TwilioFields fields, string id)
    {
        var word = fields["MessageStatus"] ?? fields["SmsStatus"];
        var (status, terminal) = TwilioStatuses.Find(word);
        var error = fields["ErrorCode"];
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Status,
            Channel = Channel(request, fields),
            Status = status,
            ProviderStatus = word,
            ProviderMessageId = id,
            Recipient = PhoneNumber.Normalize(fields["To"]),
            From = PhoneNumber.Normalize(fields["From"]),
            ErrorCode = error,
            ErrorReason = fields["ErrorMessage"] ?? fields["ChannelStatusMessage"] ?? TwilioStatuses.Reason(error) ?? (word == "canceled" ? "Canceled before it was due." : null),
            Terminal = terminal,
            DedupKey = $"{Dedup(fields, id)}|{word}{(error is null ? "" : $"|{error}")}",
            Reference = Query(request) is { } query && query.TryGetValue("messageId", out var ours) ? ours as string : null,
            Extra = TwilioExtra.OfStatus(fields, Query(request)),
        };
    }

    private static CallbackEvent Inbound(CallbackRequest request, TwilioFields fields, string id) => new()
    {
        Kind = CallbackEventKind.Inbound,
        Channel = Channel(request, fields),
        ProviderStatus = fields["SmsStatus"] ?? "received",
        ProviderMessageId = id,
        From = PhoneNumber.Normalize(fields["From"]),
        To = PhoneNumber.Normalize(fields["To"]),
        Text = InboundText.Normalize(fields["Body"] ?? fields["ButtonText"] ?? fields["ListTitle"] ?? ""),
        DedupKey = $"{Dedup(fields, id)}|inbound",
        Extra = TwilioExtra.OfInbound(fields),
        Media = Media(fields),
    };

    /// <summary>Advanced Opt-Out says what a keyword meant; without it a STOP is a text like any other.</summary>
    private static CallbackEvent? OptOut(CallbackRequest request, TwilioFields fields, string id)
    {
        var word = fields["OptOutType"];
        if (word is not ("STOP" or "START"))
            return null;
        var isStop = word == "STOP";
        return new CallbackEvent
        {
            Kind = isStop ? CallbackEventKind.Status : CallbackEventKind.Preference,
            Channel = Channel(request, fields),
            Status = isStop ? MessageStatus.Unsubscribed : null,
            ProviderStatus = $"OptOut:{word}",
            ProviderMessageId = id,
            Recipient = PhoneNumber.Normalize(fields["From"]),
            From = PhoneNumber.Normalize(fields["To"]),
            DedupKey = $"{Dedup(fields, id)}|{(isStop ? "optout" : "optin")}",
        };
    }

    private static CallbackChannel Channel(CallbackRequest request, TwilioFields fields) =>
        IsWhatsApp(fields["From"]) || IsWhatsApp(fields["To"]) || fields["ChannelPrefix"] == "whatsapp" || request.Route == "twilio/whatsapp"
            ? CallbackChannel.WhatsApp : CallbackChannel.Sms;

    private static bool IsWhatsApp(string? address) => address?.StartsWith("whatsapp:", StringComparison.OrdinalIgnoreCase) ?? false;

    private static string Dedup(TwilioFields fields, string id) => $"twilio|{fields["AccountSid"]}|{id}";

    /// <summary>Our own parameters in the callback URL; null where the query is the callback itself.</summary>
    private static Dictionary<string, object?>? Query(CallbackRequest request)
    {
        if (request.Body.IsEmpty || request.RawQuery.Length == 0)
            return null;
        var query = new Dictionary<string, object?>();
        foreach (var (name, value) in CallbackForm.Parse(request.RawQuery).Fields)
            query.TryAdd(name, value);
        return query;
    }

    private static List<CallbackMedia> Media(TwilioFields fields)
    {
        var media = new List<CallbackMedia>();
        while (media.Count < MaxMedia && fields[$"MediaUrl{media.Count}"] is { } url)
            media.Add(new CallbackMedia(url[(url.LastIndexOf('/') + 1)..], url, fields[$"MediaContentType{media.Count}"], null));
        return media;
    }
}
