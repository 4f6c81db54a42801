namespace Gatepost.Tickets;

/// <summary>What an organization promises its customers, and when their tickets' clocks stand still.</summary>
internal sealed record SlaPolicy
{
    /// <summary>As long as an organization has put none: clocks run and never signal.</summary>
    public static SlaPolicy None { get; } = new();

    /// <summary>Null: no limits.</summary>
    public SlaLimits? FirstResponse { get; init; }

    /// <summary>Null: no limits.</summary>
    public SlaLimits? Resolution { get; init; }

    /// <summary>How much of the time is gone when the warning fires; 1-99.</summary>
    public int WarnAtPercent { get; init; } = SlaPolicyInput.DefaultWarnAtPercent;

    public IReadOnlyList<TicketStatus> PauseWhile { get; init; } = [];

    public TimeSpan? LimitOf(SlaTarget target, TicketPriority priority)
    {
        var limits = target == SlaTarget.FirstResponse ? FirstResponse : Resolution;
        return limits?.For(priority) is { } minutes ? TimeSpan.FromMinutes(minutes) : null;
    }
}
