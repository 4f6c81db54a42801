namespace Gatepost.Tickets;

/// <summary>Minutes that a target allows, per priority: 1-525,600 (a year); null where there is no limit.</summary>
internal sealed record SlaLimits
{
    private const int MaxMinutes = 525_600; // a year

    public int? Low { get; init; }

    public int? Normal { get; init; }

    public int? High { get; init; }

    public int? Urgent { get; init; }

    public int? For(TicketPriority priority) => priority switch
    {
        TicketPriority.Low => Low,
        TicketPriority.Normal => Normal,
        TicketPriority.High => High,
        _ => Urgent,
    };

    public void Check(string field, FaultList faults)
    {
        foreach (var priority in Enum.GetValues<TicketPriority>())
        {
            if (For(priority) is < 1 or > MaxMinutes)
                faults.Add($"{field}.{priority.Name()}", "out_of_range", $"A limit is 1 to {MaxMinutes} minutes; leave it out for none.");
        }
    }
}
