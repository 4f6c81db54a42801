using Gatepost.Providers;

namespace Gatepost.Messages;

/// <summary>The names of statuses that the outside sees.</summary>
internal static class MessageStatuses
{
    private static readonly string[] Names =
        ["unknown", "accepted", "queued", "deferred", "sent", "delivered", "read", "clicked", "failed", "bounced", "complained", "unsubscribed"];

    public static string Name(this MessageStatus status) => Names[(int)status];
}

/// <summary>The names of channels that messages go by.</summary>
internal static class MessageChannels
{
    private static readonly string[] Names = ["email", "sms", "whatsapp"];

    public static string AllNames { get; } = string.Join(", ", Names);

    public static string Name(this CallbackChannel channel) => Names[(int)channel];

    /// <returns>Null when there is no such channel.</returns>
    public static CallbackChannel? Parse(string? name) => Array.IndexOf(Names, name) is >= 0 and var i ? (CallbackChannel)i : null;
}
