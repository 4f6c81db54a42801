using CsCheck;
using Gatepost.Events;
using Gatepost.Tickets;

namespace Gatepost.Tests.Tickets;

public sealed class SlaClockTests
{
    private static readonly DateTimeOffset Start = new(2025, 1, 15, 10, 0, 0, TimeSpan.Zero);

    private static readonly Gen<SlaMove[]> Moves = Gen.Select(Gen.Int[1, 900], Gen.Int[0, 3], Gen.Enum<TicketStatus>(), Gen.Enum<TicketPriority>())
        .Select((seconds, kind, status, priority) => new SlaMove(seconds, (SlaMoveKind)kind, status, priority)).Array[1, 40];

    private static readonly Gen<SlaPolicy> Policies = Gen.Select(Gen.Int[1, 60], Gen.Int[1, 99], Gen.Enum<TicketStatus>().Array[0, 3])
        .Select((minutes, percent, paused) => new SlaPolicy
        {
            FirstResponse = new SlaLimits { Low = 4 * minutes, Normal = 2 * minutes, Urgent = minutes },
            Resolution = new SlaLimits { Low = 8 * minutes, High = 4 * minutes, Urgent = 2 * minutes },
            WarnAtPercent = percent,
            PauseWhile = paused,
        });

    [Fact]
    public void Tick_UpToTheDeadline_WarnsThenBreachesOnce()
    {
        var clock = Running(minutes: 10);

        clock.NextAt.ShouldBe(Start.AddMinutes(8));
        var (warned, warning) = clock.Tick(Start.AddMinutes(8));
        warned.NextAt.ShouldBe(Start.AddMinutes(10));
        var (breached, breach) = warned.Tick(Start.AddMinutes(10));
        var (_, silence) = breached.Tick(Start.AddDays(1));

        warning.ShouldBe([Signal(EventType.TicketSlaWarning, 10)]);
        breach.ShouldBe([Signal(EventType.TicketSlaBreached, 10)]);
        silence.ShouldBeEmpty();
        breached.NextAt.ShouldBeNull();
    }

    [Fact]
    public void Tick_LongAfterBoth_SaysBothInOrder() =>
        Running(minutes: 10).Tick(Start.AddDays(1)).Signals.ShouldBe([Signal(EventType.TicketSlaWarning, 10), Signal(EventType.TicketSlaBreached, 10)]);

    [Fact]
    public void Tick_OneMillisecondEarly_SaysNothing() => Running(minutes: 10).Tick(Start.AddMinutes(8).AddMilliseconds(-1)).Signals.ShouldBeEmpty();

    [Fact]
    public void Resume_AfterAPause_MovesTheDeadline()
    {
        var paused = Running(minutes: 10).Pause(Start.AddMinutes(5));

        paused.NextAt.ShouldBeNull();
        paused.Tick(Start.AddDays(1)).Signals.ShouldBeEmpty();
        paused.Resume(Start.AddMinutes(65)).NextAt.ShouldBe(Start.AddMinutes(68));
    }

    [Fact]
    public void Resume_BeforeThePause_CountsNoNegativeTime() =>
        Running(minutes: 10).Pause(Start.AddMinutes(5)).Resume(Start.AddMinutes(4)).NextAt.ShouldBe(Start.AddMinutes(8));

    [Fact]
    public void Recompute_AfterTheWarning_OnlyBreachesLater()
    {
        var warned = Running(minutes: 10).Tick(Start.AddMinutes(9)).Clock;

        warned.Recompute(TimeSpan.FromMinutes(60), 80).Tick(Start.AddMinutes(60)).Signals.ShouldBe([Signal(EventType.TicketSlaBreached, 60)]);
    }

    [Fact]
    public void Step_StopAfterTheDeadline_SaysWhatWasMissed()
    {
        var step = SlaRules.Step(Running(minutes: 10), clock => clock.Stop(Start.AddMinutes(11)), Start.AddMinutes(11));

        step.Before.Select(s => s.Type).ShouldBe([EventType.TicketSlaWarning, EventType.TicketSlaBreached]);
        step.Clock.NextAt.ShouldBeNull();
    }

    [Fact]
    public void Follow_ReOpened_StartsTheResolutionAnew()
    {
        var policy = new SlaPolicy { Resolution = new SlaLimits { Normal = 10 } };
        var ticket = new Ticket { Id = Guid.NewGuid(), Subject = "Help", Requester = new Contact(), CreatedAt = Start, UpdatedAt = Start };
        var breached = SlaRules.Start(ticket, policy)[1].Tick(Start.AddHours(1)).Clock;

        var stopped = SlaRules.Follow(breached, ticket with { Status = TicketStatus.Resolved }, policy, Start.AddHours(1));
        var closed = SlaRules.Follow(stopped, ticket with { Status = TicketStatus.Closed }, policy, Start.AddHours(2));
        var again = SlaRules.Follow(closed, ticket, policy, Start.AddHours(3));

        closed.StoppedAt.ShouldBe(Start.AddHours(1));
        again.NextAt.ShouldBe(Start.AddHours(3).AddMinutes(8));
    }

    [Fact]
    public void Clocks_WhateverHappens_SayWhatAStopwatchSays() =>
        Gen.Select(Policies, Moves).Sample((policy, moves) =>
        {
            var simulation = new SlaSimulation(policy, Start);
            foreach (var move in moves)
                simulation.Apply(move);
            simulation.Said.ShouldBe(simulation.Expected);
            simulation.Instances.SelectMany(i => i).ShouldAllBe(signals => signals.Count(s => s.Type == EventType.TicketSlaWarning) <= 1
                && signals.Count(s => s.Type == EventType.TicketSlaBreached) <= 1);
        });

    [Fact]
    public void Clocks_TickedOftenOrLate_SayTheSame() =>
        Gen.Select(Policies, Moves).Sample((policy, moves) =>
        {
            var (often, late) = (new SlaSimulation(policy, Start), new SlaSimulation(policy, Start));
            foreach (var move in moves)
            {
                for (var second = 0; second < move.Seconds; second += 60)
                    often.TickAt(second);
                often.Apply(move);
                late.Apply(move with { Kind = move.Kind == SlaMoveKind.Tick ? SlaMoveKind.Wait : move.Kind });
            }

            often.Apply(new SlaMove(1, SlaMoveKind.Tick));
            late.Apply(new SlaMove(1, SlaMoveKind.Tick));
            often.Said.ShouldBe(late.Said);
            AllSignals(often).ShouldBe(AllSignals(late));
        }, iter: 30);

    private static IEnumerable<SlaSignal> AllSignals(SlaSimulation simulation) => simulation.Instances.SelectMany(i => i).SelectMany(s => s);

    private static SlaClock Running(int minutes) => SlaClock.Start(SlaTarget.Resolution, Start).Recompute(TimeSpan.FromMinutes(minutes), 80);

    private static SlaSignal Signal(EventType type, int dueMinutes) => new(type, SlaTarget.Resolution, Start.AddMinutes(dueMinutes));
}
