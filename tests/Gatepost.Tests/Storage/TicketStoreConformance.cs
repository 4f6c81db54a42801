using System.Text.Json;
using Gatepost.Events;
using Gatepost.Organizations;
using Gatepost.Storage;
using Gatepost.Tickets;

namespace Gatepost.Tests.Storage;

/// <summary>What every database must do with tickets and messages.</summary>
public abstract class TicketStoreConformance
{
    private protected static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    private protected abstract ITicketStore Store { get; }

    private protected abstract ISlaStore Sla { get; }

    private protected abstract Task<OrganizationRef> AddOrganizationAsync();

    /// <summary>As deleting an organization does.</summary>
    private protected abstract Task DeleteOrganizationAsync(OrganizationRef organization);

    /// <summary>The events of an organization in the order in which they were raised.</summary>
    private protected abstract Task<IReadOnlyList<(EventType Type, string Payload)>> EventsAsync(OrganizationRef organization);

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_EveryMember_IsFoundAgain()
    {
        var organization = await AddOrganizationAsync();
        var draft = New() with
        {
            Description = "It is\nbroken.",
            Requester = new Contact { Name = "Ada", Email = "ada@example.com", Phone = "+1" },
            Priority = TicketPriority.Urgent,
            Tags = ["a", "ü"],
            CustomFields = JsonSerializer.Deserialize<JsonElement>("""{"a":{"b":[1.50,null]}}"""),
            AssigneeId = Guid.NewGuid(),
        };

        var created = await Store.CreateAsync(organization, draft, Token);

        created!.Number.ShouldBe(1);
        ShouldEqual(await Store.FindAsync(organization, draft.Id, Token), draft with { Number = 1 });
        (await TypesAsync(organization)).ShouldBe([EventType.TicketCreated]);
    }

    [Fact]
    public async Task Create_ManyAtOnce_NumbersEachOrganizationWithoutGaps()
    {
        var (mine, other) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        await CreateAsync(other);

        var made = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => Store.CreateAsync(mine, New(), Token)));

        made.Select(t => t!.Number).Order().ShouldBe(Enumerable.Range(1, 25).Select(n => (long)n));
    }

    [Fact]
    public async Task Create_OrganizationIsGone_MakesNothing()
    {
        var organization = await AddOrganizationAsync();
        await DeleteOrganizationAsync(organization);

        (await Store.CreateAsync(organization, New(), Token)).ShouldBeNull();
        (await EventsAsync(organization)).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_SeveralPages_NewestFirst()
    {
        var organization = await AddOrganizationAsync();
        await CreateAsync(await AddOrganizationAsync());
        var made = new List<Guid>();
        for (var i = 0; i < 3; i++)
            made.Insert(0, (await CreateAsync(organization)).Id);

        var first = await Store.ListAsync(organization, new PageRequest(2, null), Token);
        var second = await Store.ListAsync(organization, new PageRequest(2, first.Next), Token);

        first.Items.Concat(second.Items).Select(t => t.Id).ShouldBe(made);
        second.Next.ShouldBeNull();
    }

    [Fact]
    public async Task AnyCall_ForeignOrganization_FindsNothing()
    {
        var (mine, other) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        var ticket = await CreateAsync(mine);

        await ShouldBeUnknownAsync(other, ticket.Id);
        (await EventsAsync(other)).ShouldBeEmpty();
        ShouldEqual(await Store.FindAsync(mine, ticket.Id, Token), ticket);
    }

    [Fact]
    public async Task Delete_HidesItAtOnce()
    {
        var organization = await AddOrganizationAsync();
        var ticket = await CreateAsync(organization);

        (await Store.DeleteAsync(organization, ticket.Id, Now, Token)).ShouldBeTrue();

        await ShouldBeUnknownAsync(organization, ticket.Id);
        (await Store.ListAsync(organization, new PageRequest(50, null), Token)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_ErasesThePayloadsOfItsEventsOnly()
    {
        var organization = await AddOrganizationAsync();
        var (ticket, other) = (await CreateAsync(organization), await CreateAsync(organization));

        await Store.DeleteAsync(organization, ticket.Id, Now, Token);

        var left = (await EventsAsync(organization)).Where(e => e.Payload is not null).ShouldHaveSingleItem();
        left.Payload.ShouldContain(other.Id.ToString());
    }

    [Fact]
    public async Task Change_StatusAndAssignee_IsStoredWithItsEvents()
    {
        var organization = await AddOrganizationAsync();
        var ticket = await CreateAsync(organization);
        var assignee = Guid.NewGuid();

        var changed = await ChangeAsync(organization, ticket, new TicketInput { Status = new(true, "closed"), AssigneeId = new(true, assignee.ToString()) });

        ShouldEqual(changed, ticket with { Status = TicketStatus.Closed, AssigneeId = assignee, UpdatedAt = Now.AddMinutes(1) });
        ShouldEqual(await Store.FindAsync(organization, ticket.Id, Token), changed!);
        (await TypesAsync(organization)).ShouldBe(
            [EventType.TicketCreated, EventType.TicketStatusChanged, EventType.TicketClosed, EventType.TicketAssigned]);
    }

    [Fact]
    public async Task Change_Nothing_RaisesNoEvent()
    {
        var organization = await AddOrganizationAsync();
        var ticket = await CreateAsync(organization);

        ShouldEqual(await ChangeAsync(organization, ticket, new TicketInput { Priority = new(true, "normal") }), ticket);

        (await TypesAsync(organization)).ShouldBe([EventType.TicketCreated]);
    }

    [Fact]
    public async Task AddMessage_EveryMember_IsListedAndRaised()
    {
        var organization = await AddOrganizationAsync();
        var ticket = await CreateAsync(organization);
        var message = Message(ticket, MessageDirection.Inbound) with { Channel = "email", Author = new Contact { Name = "Ada" }, BodyHtml = "<p>ü</p>" };

        (await Store.AddMessageAsync(organization, message, Token)).ShouldBeTrue();

        (await Store.ListMessagesAsync(organization, ticket.Id, new PageRequest(50, null), Token))!.Items.ShouldBe([message]);
        var (type, payload) = (await EventsAsync(organization))[^1];
        type.ShouldBe(EventType.MessageCreated);
        JsonDocument.Parse(payload).RootElement.GetProperty("data").GetProperty("message").GetProperty("bodyHtml").GetString().ShouldBe("<p>ü</p>");
    }

    [Fact]
    public async Task ListMessages_SeveralPages_NewestFirstOfOneTicket()
    {
        var organization = await AddOrganizationAsync();
        var (ticket, other) = (await CreateAsync(organization), await CreateAsync(organization));
        await Store.AddMessageAsync(organization, Message(other, MessageDirection.Note), Token);
        var made = new List<TicketMessage>();
        for (var i = 0; i < 3; i++)
        {
            made.Insert(0, Message(ticket, MessageDirection.Note));
            await Store.AddMessageAsync(organization, made[0], Token);
        }

        var first = (await Store.ListMessagesAsync(organization, ticket.Id, new PageRequest(2, null), Token))!;
        var second = (await Store.ListMessagesAsync(organization, ticket.Id, new PageRequest(2, first.Next), Token))!;

        first.Items.Concat(second.Items).ShouldBe(made);
        second.Next.ShouldBeNull();
    }

    private protected static Ticket New() => new()
    {
        Id = Guid.CreateVersion7(),
        Subject = "Help",
        Requester = new Contact(),
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    private protected static TicketMessage Message(Ticket ticket, MessageDirection direction, int minute = 1) =>
        new MessageInput { Body = "Hello", Direction = direction.Name() }.ToMessage(ticket.Id, Now.AddMinutes(minute));

    private protected async Task<Ticket> CreateAsync(OrganizationRef organization) => (await Store.CreateAsync(organization, New(), Token))!;

    private protected Task<Ticket?> ChangeAsync(OrganizationRef organization, Ticket ticket, TicketInput input, int minute = 1) =>
        Store.ChangeAsync(organization, ticket.Id, present => TicketChange.Of(present, input, Now.AddMinutes(minute)), Token);

    private protected async Task<IEnumerable<EventType>> TypesAsync(OrganizationRef organization) => (await EventsAsync(organization)).Select(e => e.Type);

    // Records compare their lists by reference.
    private static void ShouldEqual(Ticket? actual, Ticket expected) => JsonSerializer.Serialize(actual).ShouldBe(JsonSerializer.Serialize(expected));

    private async Task ShouldBeUnknownAsync(OrganizationRef organization, Guid id)
    {
        var message = Message(New() with { Id = id }, MessageDirection.Outbound);

        (await Store.FindAsync(organization, id, Token)).ShouldBeNull();
        (await Store.ChangeAsync(organization, id, present => TicketChange.Of(present, new TicketInput { Subject = new(true, "x") }, Now), Token)).ShouldBeNull();
        (await Store.DeleteAsync(organization, id, Now, Token)).ShouldBeFalse();
        (await Store.AddMessageAsync(organization, message, Token)).ShouldBeFalse();
        (await Store.ListMessagesAsync(organization, id, new PageRequest(50, null), Token)).ShouldBeNull();
    }
}
