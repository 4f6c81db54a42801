namespace Gatepost.Tickets;

/// <summary>What an SLA promises.</summary>
internal enum SlaTarget
{
    FirstResponse,
    Resolution,
}

internal static class SlaTargets
{
    public static IReadOnlyList<SlaTarget> All { get; } = [SlaTarget.FirstResponse, SlaTarget.Resolution];

    public static string Name(this SlaTarget target) => target == SlaTarget.FirstResponse ? "firstResponse" : "resolution";

    /// <summary>Of a name that comes from our own storage.</summary>
    public static SlaTarget Parse(string name) => All.Single(target => target.Name() == name);
}
