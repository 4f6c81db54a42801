using System.Collections.Frozen;

namespace Gatepost.Providers.Twilio;

/// <summary>Twilio's specifics under our names; absent fields are left out.</summary>
internal static class TwilioExtra
{
    private static readonly FrozenDictionary<string, string> StatusNames = new Dictionary<string, string>
    {
        ["RawDlrDoneDate"] = "rawDlrDoneDate",
        ["MessagingServiceSid"] = "messagingServiceSid",
        ["ChannelStatusMessage"] = "channelStatusMessage",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> InboundNames = new Dictionary<string, string>
    {
        ["MessagingServiceSid"] = "messagingServiceSid",
        ["OptOutType"] = "optOutType",
        ["ProfileName"] = "profileName",
        ["WaId"] = "waId",
        ["ExternalUserId"] = "externalUserId",
        ["ButtonText"] = "buttonText",
        ["ButtonPayload"] = "buttonPayload",
        ["ListId"] = "listId",
        ["ListTitle"] = "listTitle",
        ["OriginalRepliedMessageSid"] = "repliedToMessageId",
        ["Latitude"] = "latitude",
        ["Longitude"] = "longitude",
        ["Address"] = "address",
        ["Label"] = "label",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> ReferralNames = new Dictionary<string, string>
    {
        ["ReferralSourceId"] = "sourceId",
        ["ReferralSourceType"] = "sourceType",
        ["ReferralSourceUrl"] = "sourceUrl",
        ["ReferralHeadline"] = "headline",
        ["ReferralBody"] = "body",
        ["ReferralCtwaClid"] = "ctwaClid",
    }.ToFrozenDictionary();

    public static Dictionary<string, object?> OfStatus(TwilioFields fields, Dictionary<string, object?>? query)
    {
        var extra = Pick(fields, StatusNames);
        if (query is not null)
            extra["query"] = query;
        return extra;
    }

    public static Dictionary<string, object?> OfInbound(TwilioFields fields)
    {
        var extra = Pick(fields, InboundNames);
        extra["messageType"] = fields["MessageType"] ?? (fields["MediaUrl0"] is null ? "text" : "media");
        if (fields["Forwarded"] == "true")
            extra["forwarded"] = true;
        if (fields["FrequentlyForwarded"] == "true")
            extra["frequentlyForwarded"] = true;
        if (Pick(fields, ReferralNames) is { Count: > 0 } referral)
            extra["referral"] = referral;
        return extra;
    }

    private static Dictionary<string, object?> Pick(TwilioFields fields, FrozenDictionary<string, string> names) =>
        names.Where(n => fields[n.Key] is not null).ToDictionary(n => n.Value, n => (object?)fields[n.Key]);
}
