namespace Gatepost.Deliveries;

/// <summary>The names of states that the outside sees.</summary>
internal static class DeliveryStatuses
{
    private static readonly string[] Names = ["pending", "sending", "succeeded", "failed", "skipped", "canceled"];

    public static string Name(this DeliveryStatus status) => Names[(int)status];

    /// <returns>Null when there is no such state.</returns>
    public static DeliveryStatus? Parse(string? name) => Array.IndexOf(Names, name) is >= 0 and var i ? (DeliveryStatus)i : null;
}

/// <summary>The names of triggers that the outside sees.</summary>
internal static class AttemptTriggers
{
    private static readonly string[] Names = ["automatic", "manual", "replay", "test"];

    public static string Name(this AttemptTrigger trigger) => Names[(int)trigger];
}
