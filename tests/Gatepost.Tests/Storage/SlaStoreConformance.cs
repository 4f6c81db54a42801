using System.Text.Json;
using Gatepost.Events;
using Gatepost.Organizations;
using Gatepost.Tickets;

namespace Gatepost.Tests.Storage;

/// <summary>What every database must do with SLA policies and clocks, over the tickets of <see cref="TicketStoreConformance"/>.</summary>
public abstract class SlaStoreConformance : TicketStoreConformance
{
    // Both targets: 10 minutes, urgent 2 minutes, warned after 8 and 1.6; on hold does not count.
    private static readonly SlaPolicy Policy = new()
    {
        FirstResponse = new SlaLimits { Normal = 10, Urgent = 2 },
        Resolution = new SlaLimits { Normal = 10, Urgent = 2 },
        PauseWhile = [TicketStatus.OnHold],
    };

    [Fact]
    public async Task Policy_UntilPut_IsNone()
    {
        var organization = await AddOrganizationAsync();
        (await Sla.FindPolicyAsync(organization, Token)).ShouldBeNull();

        await Sla.PutPolicyAsync(organization, Policy with { WarnAtPercent = 50 }, Now, Token);
        await Sla.PutPolicyAsync(organization, Policy, Now, Token);

        JsonSerializer.Serialize(await Sla.FindPolicyAsync(organization, Token)).ShouldBe(JsonSerializer.Serialize(Policy));
    }

    [Fact]
    public async Task PutPolicy_OrganizationIsGone_SaysSo()
    {
        var organization = await AddOrganizationAsync();
        await DeleteOrganizationAsync(organization);

        (await Sla.PutPolicyAsync(organization, Policy, Now, Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Tick_AtEachInstant_RaisesItOnce()
    {
        var (organization, _) = await AddTicketAsync();

        (await Sla.NextDueAsync(Token)).ShouldBe(Now.AddMinutes(8));
        (await Sla.TickAsync(Now.AddMinutes(8).AddMilliseconds(-1), 100, Token)).ShouldBe(0);
        (await Sla.TickAsync(Now.AddMinutes(8), 100, Token)).ShouldBe(2);
        (await Sla.NextDueAsync(Token)).ShouldBe(Now.AddMinutes(10));
        (await Sla.TickAsync(Now.AddMinutes(10), 100, Token)).ShouldBe(2);

        (await Sla.NextDueAsync(Token)).ShouldBeNull();
        (await SignalsAsync(organization)).ShouldBe(
            ["warning firstResponse 10", "warning resolution 10", "breached firstResponse 10", "breached resolution 10"], ignoreOrder: true);
    }

    [Fact]
    public async Task Tick_AfterADowntime_RaisesBothInOrder()
    {
        var (organization, ticket) = await AddTicketAsync();
        await AnswerAsync(organization, ticket, minute: 1);

        await Sla.TickAsync(Now.AddDays(1), 100, Token);

        (await SignalsAsync(organization)).ShouldBe(["warning resolution 10", "breached resolution 10"]);
    }

    [Fact]
    public async Task Tick_ManyDue_TakesThemInBatches()
    {
        var (organization, _) = await AddTicketAsync();
        await CreateAsync(organization);

        (await Sla.TickAsync(Now.AddDays(1), 3, Token)).ShouldBe(3);
        (await Sla.TickAsync(Now.AddDays(1), 3, Token)).ShouldBe(1);

        (await SignalsAsync(organization)).Count.ShouldBe(8);
    }

    [Fact]
    public async Task AddMessage_OutboundOnly_StopsTheFirstResponse()
    {
        var (organization, ticket) = await AddTicketAsync();
        await ChangeAsync(organization, ticket, new TicketInput { Status = new(true, "resolved") });
        await Store.AddMessageAsync(organization, Message(ticket, MessageDirection.Note), Token);
        await Store.AddMessageAsync(organization, Message(ticket, MessageDirection.Inbound), Token);
        (await Sla.NextDueAsync(Token)).ShouldBe(Now.AddMinutes(8));

        await AnswerAsync(organization, ticket, minute: 2);

        (await Sla.NextDueAsync(Token)).ShouldBeNull();
    }

    [Fact]
    public async Task AddMessage_AfterTheDeadlines_RaisesTheBreachesFirst()
    {
        var (organization, ticket) = await AddTicketAsync();

        await AnswerAsync(organization, ticket, minute: 11);

        (await SignalsAsync(organization)).ShouldBe(
            ["warning firstResponse 10", "breached firstResponse 10", "warning resolution 10", "breached resolution 10"]);
        (await TypesAsync(organization)).Last().ShouldBe(EventType.MessageCreated);
    }

    [Fact]
    public async Task Change_PriorityPastItsDeadline_RaisesAtOnce()
    {
        var (organization, ticket) = await AddTicketAsync();
        await AnswerAsync(organization, ticket, minute: 1);

        await ChangeAsync(organization, ticket, new TicketInput { Priority = new(true, "urgent") }, minute: 3);
        await ChangeAsync(organization, ticket, new TicketInput { Priority = new(true, "normal") }, minute: 4);
        await Sla.TickAsync(Now.AddDays(1), 100, Token);

        (await SignalsAsync(organization)).ShouldBe(["warning resolution 2", "breached resolution 2"]);
        (await TypesAsync(organization)).TakeLast(4).ShouldBe(
            [EventType.TicketUpdated, EventType.TicketSlaWarning, EventType.TicketSlaBreached, EventType.TicketUpdated]);
    }

    [Fact]
    public async Task Change_OnHoldThenOpen_MovesTheDeadline()
    {
        var (organization, ticket) = await AddTicketAsync();
        await ChangeAsync(organization, ticket, new TicketInput { Status = new(true, "on_hold") }, minute: 5);
        (await Sla.NextDueAsync(Token)).ShouldBeNull();

        await ChangeAsync(organization, ticket, new TicketInput { Status = new(true, "open") }, minute: 25);

        (await Sla.NextDueAsync(Token)).ShouldBe(Now.AddMinutes(28));
    }

    [Fact]
    public async Task Change_ReOpened_RestartsTheResolution()
    {
        var (organization, ticket) = await AddTicketAsync();
        await AnswerAsync(organization, ticket, minute: 1);
        await Sla.TickAsync(Now.AddMinutes(11), 100, Token);
        await ChangeAsync(organization, ticket, new TicketInput { Status = new(true, "closed") }, minute: 20);

        await ChangeAsync(organization, ticket, new TicketInput { Status = new(true, "open") }, minute: 30);
        await Sla.TickAsync(Now.AddDays(1), 100, Token);

        (await SignalsAsync(organization)).ShouldBe(
            ["warning resolution 10", "breached resolution 10", "warning resolution 40", "breached resolution 40"]);
    }

    [Fact]
    public async Task PutPolicy_AfterTheTicket_CountsFromItsCreation()
    {
        var organization = await AddOrganizationAsync();
        var (ticket, resolved) = (await CreateAsync(organization), await CreateAsync(organization));
        await AnswerAsync(organization, ticket, minute: 1);
        await AnswerAsync(organization, resolved, minute: 1);
        await ChangeAsync(organization, resolved, new TicketInput { Status = new(true, "resolved") }, minute: 2);

        await Sla.PutPolicyAsync(organization, Policy, Now.AddMinutes(9), Token);
        (await Sla.TickAsync(Now.AddMinutes(9), 100, Token)).ShouldBe(1);

        (await SignalsAsync(organization)).ShouldBe(["warning resolution 10"]);
        (await Sla.NextDueAsync(Token)).ShouldBe(Now.AddMinutes(10));
    }

    [Fact]
    public async Task PutPolicy_AfterTheBreach_NeverSaysItAgain()
    {
        var (organization, ticket) = await AddTicketAsync();
        await AnswerAsync(organization, ticket, minute: 1);
        await Sla.TickAsync(Now.AddMinutes(11), 100, Token);

        await Sla.PutPolicyAsync(organization, Policy with { Resolution = new SlaLimits { Normal = 60 } }, Now.AddMinutes(12), Token);
        await Sla.TickAsync(Now.AddDays(1), 100, Token);

        (await SignalsAsync(organization)).Count.ShouldBe(2);
        (await Sla.NextDueAsync(Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Delete_TicketOrOrganization_EndsItsClocks()
    {
        var (organization, ticket) = await AddTicketAsync();
        var (gone, _) = await AddTicketAsync();
        await Store.DeleteAsync(organization, ticket.Id, Now, Token);
        await DeleteOrganizationAsync(gone);

        await Sla.TickAsync(Now.AddDays(1), 100, Token);

        (await Sla.NextDueAsync(Token)).ShouldBeNull();
        (await SignalsAsync(organization)).ShouldBeEmpty();
        (await SignalsAsync(gone)).ShouldBeEmpty();
    }

    private protected async Task<(OrganizationRef Organization, Ticket Ticket)> AddTicketAsync()
    {
        var organization = await AddOrganizationAsync();
        await Sla.PutPolicyAsync(organization, Policy, Now, Token);
        return (organization, await CreateAsync(organization));
    }

    /// <summary>As "warning resolution 10": which, of what, and due after how many minutes.</summary>
    private protected async Task<IReadOnlyList<string>> SignalsAsync(OrganizationRef organization) =>
        [.. (await EventsAsync(organization)).Where(e => e.Type is EventType.TicketSlaWarning or EventType.TicketSlaBreached).Select(e =>
        {
            var sla = JsonDocument.Parse(e.Payload).RootElement.GetProperty("data").GetProperty("sla");
            var minutes = (sla.GetProperty("dueAt").GetDateTimeOffset() - Now).TotalMinutes;
            return $"{e.Type.Name()["ticket.sla_".Length..]} {sla.GetProperty("target").GetString()} {minutes}";
        })];

    private Task<bool> AnswerAsync(OrganizationRef organization, Ticket ticket, int minute) =>
        Store.AddMessageAsync(organization, Message(ticket, MessageDirection.Outbound, minute), Token);
}
