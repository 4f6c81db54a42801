using System.Text.Json;
using Gatepost.Server.Auth;
using Gatepost.Storage;
using Gatepost.Tickets;

namespace Gatepost.Server.Api;

/// <summary>Tickets. Changes raise events; a change that changes nothing raises none.</summary>
internal static class TicketsApi
{
    public static void MapTickets(this IEndpointRouteBuilder api)
    {
        var tickets = api.MapGroup("/tickets").WithTags("Tickets").WithScope(RouteScope.Organization);
        tickets.MapPost("/", CreateAsync).WithName("createTicket").WithSummary("Make a ticket; raises ticket.created")
            .Idempotent().Requires("subject", "requester").Answers<Ticket>(201);
        tickets.MapGet("/", ListAsync).WithName("listTickets").WithSummary("Tickets, newest first").AnswersPage<Ticket>();
        tickets.MapGet("/{id:guid}", FindAsync).WithName("getTicket").WithSummary("One ticket").Answers<Ticket>();
        tickets.MapPatch("/{id:guid}", ChangeAsync).WithName("changeTicket").WithSummary("Change details, status or assignee; raises an event for each").Answers<Ticket>();
        tickets.MapDelete("/{id:guid}", DeleteAsync).WithName("deleteTicket").WithSummary("Delete a ticket and its messages; its events' payloads are erased at once, and deliveries that wait are not sent").Answers(204);
    }

    private static async Task<IResult> CreateAsync(
        Body<TicketRequest> body, Caller caller, ITicketStore store, TimeProvider clock, CancellationToken cancellation)
    {
        var input = body.Value.ToInput();
        if (Check(input, isNew: true) is { } problem)
            return problem.ToResult();
        var ticket = await store.CreateAsync(caller.Organization, TicketChange.New(input, clock.GetInstant()), cancellation);
        return ticket is null
            ? Problem.NotFound("organization").ToResult()
            : Results.Json(ticket, ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(PageQuery page, Caller caller, ITicketStore store, CancellationToken cancellation) =>
        Results.Json(PageQuery.View(await store.ListAsync(caller.Organization, page.Request, cancellation), ticket => ticket), ApiJson.Options);

    private static async Task<IResult> FindAsync(Guid id, Caller caller, ITicketStore store, CancellationToken cancellation) =>
        Answer(await store.FindAsync(caller.Organization, id, cancellation));

    private static async Task<IResult> ChangeAsync(
        Guid id, Body<TicketInput> body, Caller caller, ITicketStore store, TimeProvider clock, CancellationToken cancellation)
    {
        if (Check(body.Value, isNew: false) is { } problem)
            return problem.ToResult();
        var now = clock.GetInstant();
        return Answer(await store.ChangeAsync(caller.Organization, id, present => TicketChange.Of(present, body.Value, now), cancellation));
    }

    private static async Task<IResult> DeleteAsync(Guid id, Caller caller, ITicketStore store, TimeProvider clock, CancellationToken cancellation) =>
        await store.DeleteAsync(caller.Organization, id, clock.GetInstant(), cancellation)
            ? Results.NoContent()
            : Problem.NotFound("ticket").ToResult();

    private static Problem? Check(TicketInput input, bool isNew)
    {
        var faults = new FaultList();
        TicketRules.Check(input, isNew, faults);
        return faults.Any ? faults.ToProblem() : null;
    }

    private static IResult Answer(Ticket? ticket) =>
        ticket is null ? Problem.NotFound("ticket").ToResult() : Results.Json(ticket, ApiJson.Options);

    /// <summary>A new ticket: null is the same as absent, and there is no status to choose.</summary>
    internal sealed record TicketRequest
    {
        /// <summary>1-500 characters.</summary>
        public string? Subject { get; init; }

        public string? Description { get; init; }

        public Contact? Requester { get; init; }

        /// <summary>normal when absent.</summary>
        public string? Priority { get; init; }

        public IReadOnlyList<string?>? Tags { get; init; }

        public IReadOnlyDictionary<string, JsonElement>? CustomFields { get; init; }

        /// <summary>A UUID.</summary>
        public string? AssigneeId { get; init; }

        public TicketInput ToInput() => new()
        {
            Subject = Given(Subject),
            Description = Given(Description),
            Requester = Given(Requester),
            Priority = Given(Priority),
            Tags = Given(Tags),
            CustomFields = Given(CustomFields),
            AssigneeId = Given(AssigneeId),
        };

        private static Optional<T> Given<T>(T? value)
            where T : class => new(value is not null, value);
    }
}
