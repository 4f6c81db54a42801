using Gatepost.Messages;
using Gatepost.Server.Auth;
using Gatepost.Storage;

namespace Gatepost.Server.Api;

/// <summary>Messages that were sent with a provider: registered here, so that its callbacks find them.</summary>
internal static class MessagesApi
{
    public static void MapMessages(this IEndpointRouteBuilder api)
    {
        var messages = api.MapGroup("/messages").WithTags("Messages").WithScope(RouteScope.Organization);
        messages.MapPost("/", RegisterAsync).WithName("registerMessage").WithSummary("Register a sent message; what its provider said of it before is applied at once")
            .Idempotent().Requires("channel", "provider", "providerMessageId", "to").Answers<MessageDetailView>(201);
        messages.MapGet("/", ListAsync).WithName("listMessages").WithSummary("Messages, newest first").AnswersPage<MessageView>();
        messages.MapGet("/{id:guid}", FindAsync).WithName("getMessage").WithSummary("One message with everything that was heard of it").Answers<MessageDetailView>();
    }

    private static async Task<IResult> RegisterAsync(
        Body<OutboundMessageInput> body, Caller caller, IMessageStore store, TimeProvider clock, CancellationToken cancellation)
    {
        var faults = new FaultList();
        body.Value.Check(faults);
        if (faults.Any)
            return faults.ToProblem().ToResult();
        var registered = await store.RegisterAsync(caller.Organization, body.Value.ToMessage(clock.GetInstant()), cancellation);
        return registered.ToResult(MessageDetailView.Of, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(PageQuery page, Caller caller, IMessageStore store, CancellationToken cancellation) =>
        Results.Json(PageQuery.View(await store.ListAsync(caller.Organization, page.Request, cancellation), MessageView.Of), ApiJson.Options);

    private static async Task<IResult> FindAsync(Guid id, Caller caller, IMessageStore store, CancellationToken cancellation) =>
        await store.FindAsync(caller.Organization, id, cancellation) is { } found
            ? Results.Json(MessageDetailView.Of(found), ApiJson.Options)
            : Problem.NotFound("message").ToResult();
}
