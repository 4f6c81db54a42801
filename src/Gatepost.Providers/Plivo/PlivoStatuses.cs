namespace Gatepost.Providers.Plivo;

/// <summary>Plivo's words, times and error codes.</summary>
internal static class PlivoStatuses
{
    /// <summary>The recipient answered STOP before.</summary>
    public const string StoppedCode = "200";

    private static readonly Dictionary<string, (MessageStatus Status, bool Terminal, string? Time)> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["queued"] = (MessageStatus.Queued, false, "QueuedTime"),
        // Many countries have no delivery reports: it may be the last word all the same.
        ["sent"] = (MessageStatus.Sent, false, "SentTime"),
        ["delivered"] = (MessageStatus.Delivered, true, "DeliveryReportTime"),
        ["undelivered"] = (MessageStatus.Failed, true, "DeliveryReportTime"),
        ["failed"] = (MessageStatus.Failed, true, "DeliveryReportTime"),
        ["rejected"] = (MessageStatus.Failed, true, "DeliveryReportTime"),
        ["read"] = (MessageStatus.Read, true, "DeliveryReportTime"),
    };

    // Texts for people; Plivo adds codes without notice, so a missing one is no fault.
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["10"] = "Invalid message",
        ["20"] = "Network error",
        ["30"] = "Spam detected",
        ["40"] = "Invalid source number",
        ["50"] = "Invalid destination number",
        ["60"] = "Loop detected",
        ["70"] = "Destination permanently unavailable",
        ["80"] = "Destination temporarily unavailable",
        ["90"] = "No route available",
        ["100"] = "Prohibited by carrier",
        ["110"] = "Message too long",
        [StoppedCode] = "Recipient opted out with STOP",
        ["201"] = "US toll-free number to Canada",
        ["300"] = "Dispatch failed",
        ["420"] = "Message expired",
        ["430"] = "Rejected",
        ["440"] = "Rejected",
        ["450"] = "Country barred",
        ["900"] = "Insufficient credit",
        ["910"] = "Account disabled",
        ["1000"] = "Unknown error",
    };

    /// <returns>Time is the field that holds when it happened.</returns>
    public static (MessageStatus Status, bool Terminal, string? Time) Of(string word) => Words.GetValueOrDefault(word, (MessageStatus.Unknown, false, null));

    /// <summary>Successes may carry 000, which is no error.</summary>
    public static string? ErrorCode(string? code) => code is null || code.Trim('0').Length == 0 ? null : code;

    public static string? Reason(string? code) => code is null ? null : Reasons.GetValueOrDefault(code);
}
