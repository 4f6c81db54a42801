namespace Gatepost.Tickets;

internal enum TicketPriority
{
    Low,
    Normal,
    High,
    Urgent,
}

internal static class TicketPriorities
{
    private static readonly string[] Names = ["low", "normal", "high", "urgent"];

    /// <summary>For fault messages.</summary>
    public static string AllNames { get; } = string.Join(", ", Names);

    public static string Name(this TicketPriority priority) => Names[(int)priority];

    public static bool TryParse(string? name, out TicketPriority priority)
    {
        var index = Array.IndexOf(Names, name);
        priority = (TicketPriority)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Of a name that was checked before or comes from our own storage.</summary>
    public static TicketPriority Parse(string name) =>
        TryParse(name, out var priority) ? priority : throw new InvalidOperationException($"The ticket priority {name} was not checked.");
}
