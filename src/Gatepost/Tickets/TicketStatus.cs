namespace Gatepost.Tickets;

internal enum TicketStatus
{
    Open,
    Pending,
    OnHold,
    Resolved,
    Closed,
}

internal static class TicketStatuses
{
    private static readonly string[] Names = ["open", "pending", "on_hold", "resolved", "closed"];

    /// <summary>For fault messages.</summary>
    public static string AllNames { get; } = string.Join(", ", Names);

    public static string Name(this TicketStatus status) => Names[(int)status];

    /// <summary>Resolved or closed: leaving these is re-opening.</summary>
    public static bool IsFinished(this TicketStatus status) => status is TicketStatus.Resolved or TicketStatus.Closed;

    public static bool TryParse(string? name, out TicketStatus status)
    {
        var index = Array.IndexOf(Names, name);
        status = (TicketStatus)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Of a name that was checked before or comes from our own storage.</summary>
    public static TicketStatus Parse(string name) =>
        TryParse(name, out var status) ? status : throw new InvalidOperationException($"The ticket status {name} was not checked.");
}
