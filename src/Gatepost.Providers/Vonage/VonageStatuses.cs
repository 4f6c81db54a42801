using System.Collections.Frozen;

namespace Gatepost.Providers.Vonage;

/// <summary>The words and error codes of both APIs.</summary>
internal static class VonageStatuses
{
    /// <summary>Delivery receipts of the SMS API.</summary>
    public static FrozenDictionary<string, (MessageStatus Status, bool Terminal)> Receipts { get; } = new Dictionary<string, (MessageStatus, bool)>
    {
        // The carrier took it.
        ["accepted"] = (MessageStatus.Sent, false),
        ["buffered"] = (MessageStatus.Deferred, false),
        ["delivered"] = (MessageStatus.Delivered, true),
        ["expired"] = (MessageStatus.Failed, true),
        ["failed"] = (MessageStatus.Failed, true),
        ["rejected"] = (MessageStatus.Failed, true),
        ["unknown"] = (MessageStatus.Unknown, false),
    }.ToFrozenDictionary();

    public static FrozenDictionary<string, (MessageStatus Status, bool Terminal)> Messages { get; } = new Dictionary<string, (MessageStatus, bool)>
    {
        ["submitted"] = (MessageStatus.Sent, false),
        ["delivered"] = (MessageStatus.Delivered, true),
        ["read"] = (MessageStatus.Read, true),
        ["rejected"] = (MessageStatus.Failed, true),
        ["undeliverable"] = (MessageStatus.Failed, true),
    }.ToFrozenDictionary();

    /// <summary>Vonage calls a number that opted out illegal: 9 in receipts, 1240 in the Messages API.</summary>
    public static bool IsOptOut(string? code) => code is "9" or "1240";

    /// <summary>Of <c>err-code</c>, which comes without its text.</summary>
    public static FrozenDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
    {
        ["1"] = "Unknown",
        ["2"] = "Absent Subscriber - Temporary",
        ["3"] = "Absent Subscriber - Permanent",
        ["4"] = "Call Barred by User",
        ["5"] = "Portability Error",
        ["6"] = "Anti-Spam Rejection",
        ["7"] = "Handset Busy",
        ["8"] = "Network Error",
        ["9"] = "Illegal Number",
        ["10"] = "Illegal Message",
        ["11"] = "Unroutable",
        ["12"] = "Destination Unreachable",
        ["13"] = "Subscriber Age Restriction",
        ["14"] = "Number Blocked by Carrier",
        ["15"] = "Prepaid Insufficient Funds",
        ["16"] = "Gateway Quota Exceeded",
        ["50"] = "Entity Filter",
        ["51"] = "Header Filter",
        ["52"] = "Content Filter",
        ["53"] = "Consent Filter",
        ["54"] = "Regulation Error",
        ["99"] = "General Error",
    }.ToFrozenDictionary();
}
