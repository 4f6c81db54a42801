namespace Gatepost.Tickets;

/// <summary>
/// What becomes of a ticket's clocks. Every ticket has both from its creation on, also where no policy sets a limit: a policy
/// that is put later then finds out what it needs (when the ticket was made, whether it was answered, when it was re-opened).
/// A changed policy holds for open tickets from then on, counted from creation: pauses that have passed stay as they were,
/// a target whose new deadline is already over signals once, and one that has signalled stays silent.
/// </summary>
internal static class SlaRules
{
    public static IReadOnlyList<SlaClock> Start(Ticket ticket, SlaPolicy policy) =>
        [.. SlaTargets.All.Select(target => Follow(SlaClock.Start(target, ticket.CreatedAt), ticket, policy, ticket.CreatedAt))];

    /// <summary>
    /// Fits the clock to the ticket and the policy as they are now. Only an outbound message stops the first response: a
    /// policy that wants it to stand still once a ticket is resolved names that status in <c>pauseWhile</c>.
    /// </summary>
    public static SlaClock Follow(SlaClock clock, Ticket ticket, SlaPolicy policy, DateTimeOffset now)
    {
        if (clock.Target == SlaTarget.Resolution)
        {
            if (ticket.Status.IsFinished())
                return clock.Stop(now);
            if (clock.IsStopped)
                clock = SlaClock.Start(SlaTarget.Resolution, now);
        }

        clock = clock.Recompute(policy.LimitOf(clock.Target, ticket.Priority), policy.WarnAtPercent);
        return policy.PauseWhile.Contains(ticket.Status) ? clock.Pause(now) : clock.Resume(now);
    }

    public static SlaClock Answered(SlaClock clock, DateTimeOffset now) =>
        clock.Target == SlaTarget.FirstResponse ? clock.Stop(now) : clock;

    /// <summary>
    /// Carries a change out: what was due before it is said first, so that the outcome never depends on how late the worker is.
    /// </summary>
    public static SlaStep Step(SlaClock clock, Func<SlaClock, SlaClock> change, DateTimeOffset now)
    {
        var (settled, before) = clock.Tick(now);
        var (changed, after) = change(settled).Tick(now);
        return new SlaStep(changed, before, after);
    }
}

/// <param name="Before">Signals of the ticket as it was.</param>
/// <param name="After">Signals that the change itself brought about.</param>
internal sealed record SlaStep(SlaClock Clock, IReadOnlyList<SlaSignal> Before, IReadOnlyList<SlaSignal> After);
