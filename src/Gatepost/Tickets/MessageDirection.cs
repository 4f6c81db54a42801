namespace Gatepost.Tickets;

internal enum MessageDirection
{
    /// <summary>From the customer.</summary>
    Inbound,

    /// <summary>An agent's answer; the first one stops the clock of the first response.</summary>
    Outbound,

    /// <summary>Among agents only.</summary>
    Note,
}

internal static class MessageDirections
{
    private static readonly string[] Names = ["inbound", "outbound", "note"];

    /// <summary>For fault messages.</summary>
    public static string AllNames { get; } = string.Join(", ", Names);

    public static string Name(this MessageDirection direction) => Names[(int)direction];

    public static bool TryParse(string? name, out MessageDirection direction)
    {
        var index = Array.IndexOf(Names, name);
        direction = (MessageDirection)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Of a name that was checked before or comes from our own storage.</summary>
    public static MessageDirection Parse(string name) =>
        TryParse(name, out var direction) ? direction : throw new InvalidOperationException($"The message direction {name} was not checked.");
}
