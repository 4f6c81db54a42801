using Gatepost.Server.Auth;
using Gatepost.Storage;
using Gatepost.Tickets;

namespace Gatepost.Server.Api;

/// <summary>The messages and notes of a ticket.</summary>
internal static class TicketMessagesApi
{
    public static void MapTicketMessages(this IEndpointRouteBuilder api)
    {
        var messages = api.MapGroup("/tickets/{ticketId:guid}/messages").WithTags("Tickets").WithScope(RouteScope.Organization);
        messages.MapPost("/", AddAsync).WithName("addTicketMessage").WithSummary("Add a message or note; raises message.created")
            .Idempotent().Requires("body", "direction").Answers<TicketMessage>(201);
        messages.MapGet("/", ListAsync).WithName("listTicketMessages").WithSummary("Messages of a ticket, newest first").AnswersPage<TicketMessage>();
        messages.MapGet("/{messageId:guid}/attachments/{attachmentId:guid}", DownloadAsync).WithName("getTicketAttachment")
            .WithSummary("The bytes of an attachment, never to be shown in place").AnswersBytes();
    }

    private static async Task<IResult> AddAsync(
        Guid ticketId, Body<MessageInput> body, Caller caller, ITicketStore store, TimeProvider clock, CancellationToken cancellation)
    {
        var faults = new FaultList();
        body.Value.Check(faults);
        if (faults.Any)
            return (await store.FindAsync(caller.Organization, ticketId, cancellation) is null ? Problem.NotFound("ticket") : faults.ToProblem()).ToResult();
        var message = body.Value.ToMessage(ticketId, clock.GetInstant());
        return await store.AddMessageAsync(caller.Organization, message, cancellation)
            ? Results.Json(message, ApiJson.Options, statusCode: StatusCodes.Status201Created)
            : Problem.NotFound("ticket").ToResult();
    }

    private static async Task<IResult> ListAsync(Guid ticketId, PageQuery page, Caller caller, ITicketStore store, CancellationToken cancellation) =>
        await store.ListMessagesAsync(caller.Organization, ticketId, page.Request, cancellation) is { } messages
            ? Results.Json(PageQuery.View(messages, message => message), ApiJson.Options)
            : Problem.NotFound("ticket").ToResult();

    private static async Task<IResult> DownloadAsync(
        Guid ticketId, Guid messageId, Guid attachmentId, Caller caller, ITicketStore store, CancellationToken cancellation) =>
        await store.FindAttachmentAsync(caller.Organization, ticketId, messageId, attachmentId, cancellation) is { } attachment
            ? new AttachmentResult(attachment)
            : Problem.NotFound("attachment").ToResult();
}
