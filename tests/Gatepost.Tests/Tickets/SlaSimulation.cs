using Gatepost.Events;
using Gatepost.Tickets;

namespace Gatepost.Tests.Tickets;

internal enum SlaMoveKind
{
    Tick,
    Status,
    Priority,
    Answer,
    Wait,
}

/// <param name="Seconds">How long nothing happened before it.</param>
internal sealed record SlaMove(int Seconds, SlaMoveKind Kind, TicketStatus Status = default, TicketPriority Priority = default);

/// <summary>Drives the real clocks of a ticket, beside stopwatches that only add up the time in which they ran.</summary>
internal sealed class SlaSimulation
{
    private readonly SlaPolicy policy;
    private readonly SlaClock[] clocks;
    private readonly Stopwatch[] watches = [new(), new()];
    private Ticket ticket;
    private DateTimeOffset now;

    public SlaSimulation(SlaPolicy policy, DateTimeOffset start)
    {
        (this.policy, now) = (policy, start);
        ticket = new Ticket { Id = Guid.NewGuid(), Subject = "Help", Requester = new Contact(), CreatedAt = start, UpdatedAt = start };
        clocks = [.. SlaRules.Start(ticket, policy)];
    }

    /// <summary>The signals of each target instance, per target.</summary>
    public List<List<SlaSignal>>[] Instances { get; } = [[[]], [[]]];

    /// <summary>Warnings and breaches so far, per target.</summary>
    public int[] Said { get; } = new int[4];

    /// <summary>The same by the stopwatches.</summary>
    public int[] Expected { get; } = new int[4];

    /// <summary>Looks at the clocks at an instant before the next move, as a busy worker does.</summary>
    public void TickAt(int seconds)
    {
        for (var i = 0; i < 2; i++)
        {
            (clocks[i], var signals) = clocks[i].Tick(now.AddSeconds(seconds));
            Note(i, signals);
        }
    }

    public void Apply(SlaMove move)
    {
        now = now.AddSeconds(move.Seconds);
        foreach (var (i, watch) in watches.Index())
        {
            watch.Ran += watch.Runs(policy, ticket) ? move.Seconds : 0;
            if (move.Kind != SlaMoveKind.Wait)
                Expect(i, watch);
        }

        if (move.Kind == SlaMoveKind.Wait)
            return;
        var before = ticket;
        ticket = move.Kind switch
        {
            SlaMoveKind.Status => ticket with { Status = move.Status },
            SlaMoveKind.Priority => ticket with { Priority = move.Priority },
            _ => ticket,
        };
        MoveWatches(move, before);
        MoveClocks(move);
    }

    private void MoveWatches(SlaMove move, Ticket before)
    {
        if (move.Kind == SlaMoveKind.Answer)
            watches[0].Stopped = true;
        if (before.Status.IsFinished() && !ticket.Status.IsFinished())
            watches[1] = new Stopwatch();
        watches[1].Stopped = ticket.Status.IsFinished();
        for (var i = 0; i < 2; i++)
            Expect(i, watches[i]);
    }

    private void MoveClocks(SlaMove move)
    {
        for (var i = 0; i < 2; i++)
        {
            var started = clocks[i].StartedAt;
            var step = SlaRules.Step(
                clocks[i], clock => move.Kind == SlaMoveKind.Answer ? SlaRules.Answered(clock, now) : SlaRules.Follow(clock, ticket, policy, now), now);
            Note(i, step.Before);
            if (step.Clock.StartedAt != started)
                Instances[i].Add([]);
            Note(i, step.After);
            clocks[i] = step.Clock;
        }
    }

    private void Note(int target, IReadOnlyList<SlaSignal> signals)
    {
        Instances[target][^1].AddRange(signals);
        foreach (var signal in signals)
            Said[(2 * target) + (signal.Type == EventType.TicketSlaBreached ? 1 : 0)]++;
    }

    private void Expect(int target, Stopwatch watch)
    {
        if (!watch.Runs(policy, ticket) || policy.LimitOf((SlaTarget)target, ticket.Priority) is not { } limit)
            return;
        if (!watch.Warned && watch.Ran * 100 >= limit.TotalSeconds * policy.WarnAtPercent)
            (watch.Warned, Expected[2 * target]) = (true, Expected[2 * target] + 1);
        if (!watch.Breached && watch.Ran >= limit.TotalSeconds)
            (watch.Breached, Expected[(2 * target) + 1]) = (true, Expected[(2 * target) + 1] + 1);
    }

    private sealed class Stopwatch
    {
        public long Ran { get; set; }

        public bool Stopped { get; set; }

        public bool Warned { get; set; }

        public bool Breached { get; set; }

        public bool Runs(SlaPolicy policy, Ticket ticket) => !Stopped && !policy.PauseWhile.Contains(ticket.Status);
    }
}
