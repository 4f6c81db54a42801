namespace Gatepost.Tickets;

/// <summary>What a client sends as the whole policy; also how a policy is shown and stored.</summary>
/// <remarks>Not yet checked.</remarks>
internal sealed record SlaPolicyInput
{
    public const int DefaultWarnAtPercent = 80;
    private const int MaxStatuses = 5;

    /// <summary>From creation to the first outbound message.</summary>
    public SlaLimits? FirstResponse { get; init; }

    /// <summary>From creation, or re-opening, to resolved or closed.</summary>
    public SlaLimits? Resolution { get; init; }

    /// <summary>1-99 percent of the limit, when ticket.sla_warning is raised; 80 when absent.</summary>
    public int? WarnAtPercent { get; init; }

    /// <summary>Statuses in which the clocks stand still, each once.</summary>
    public IReadOnlyList<string?>? PauseWhile { get; init; }

    public static SlaPolicyInput Of(SlaPolicy policy) => new()
    {
        FirstResponse = policy.FirstResponse,
        Resolution = policy.Resolution,
        WarnAtPercent = policy.WarnAtPercent,
        PauseWhile = [.. policy.PauseWhile.Select(status => status.Name())],
    };

    /// <summary>All faults at once.</summary>
    public void Check(FaultList faults)
    {
        FirstResponse?.Check("firstResponse", faults);
        Resolution?.Check("resolution", faults);
        if (WarnAtPercent is < 1 or > 99)
            faults.Add("warnAtPercent", "out_of_range", "warnAtPercent must be 1 to 99.");
        CheckStatuses(PauseWhile ?? [], faults);
    }

    /// <summary>Only after <see cref="Check"/> found nothing.</summary>
    public SlaPolicy ToPolicy() => new()
    {
        FirstResponse = FirstResponse,
        Resolution = Resolution,
        WarnAtPercent = WarnAtPercent ?? DefaultWarnAtPercent,
        PauseWhile = [.. (PauseWhile ?? []).Select(name => TicketStatuses.Parse(name!))],
    };

    private static void CheckStatuses(IReadOnlyList<string?> names, FaultList faults)
    {
        if (names.Count > MaxStatuses)
            faults.Add("pauseWhile", "too_many", $"pauseWhile may name each of the {MaxStatuses} statuses once; it has {names.Count} entries.");
        foreach (var (i, name) in names.Take(MaxStatuses).Index())
        {
            if (!TicketStatuses.TryParse(name, out _))
                faults.Add($"pauseWhile[{i}]", "unknown_status", $"A status is one of {TicketStatuses.AllNames}.");
            else if (names.Take(i).Contains(name))
                faults.Add($"pauseWhile[{i}]", "duplicate", $"{name} is named twice; name each status once.");
        }
    }
}
