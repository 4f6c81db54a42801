using System.Collections.Frozen;

namespace Gatepost.Providers.Gupshup;

/// <summary>The words of all formats, in lower case.</summary>
internal static class GupshupStatuses
{
    /// <summary>The recipient wants no more messages.</summary>
    public const string OptedOut = "1012";

    private static readonly FrozenDictionary<string, (MessageStatus Status, bool Terminal)> Table = new Dictionary<string, (MessageStatus, bool)>
    {
        ["enqueued"] = (MessageStatus.Queued, false),
        ["submitted"] = (MessageStatus.Queued, false),
        ["sent"] = (MessageStatus.Sent, false),
        ["delivered"] = (MessageStatus.Delivered, true),
        ["read"] = (MessageStatus.Read, true),
        ["failed"] = (MessageStatus.Failed, true),
        // The enterprise gateway's reports by GET.
        ["success"] = (MessageStatus.Delivered, true),
        ["fail"] = (MessageStatus.Failed, true),
        // The user deleted the message: that says nothing about its delivery.
        ["deleted"] = (MessageStatus.Unknown, false),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static (MessageStatus Status, bool Terminal) Find(string word) => Table.GetValueOrDefault(word);

    /// <summary>The same in both formats: both may be subscribed at once.</summary>
    public static string DedupKey(string? id, string? word) => $"gupshup:{id}:{word}";
}
