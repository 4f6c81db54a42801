using Gatepost.Callbacks;
using Gatepost.Server.Auth;
using Gatepost.Storage;

namespace Gatepost.Server.Api;

/// <summary>How the organization's inbound e-mail finds its tickets.</summary>
internal static class InboundMailApi
{
    private static readonly Problem None = new(ProblemKind.NotFound, "not_found", "This organization has no inbound e-mail settings yet; PUT some.");

    private static readonly Problem NotConfigured = Problem.Conflict(
        "inbound_mail_not_configured", "There is no domain for answers yet: PUT /v1/inbound-mail with replyDomains, such as reply.example.com, then ask again.");

    public static void MapInboundMail(this IEndpointRouteBuilder api)
    {
        var settings = api.MapGroup("/inbound-mail").WithTags("Inbound e-mail").WithScope(RouteScope.Organization);
        settings.MapGet("/", FindAsync).WithName("getInboundMail").WithSummary("The inbound e-mail settings, without the reply keys").Answers<InboundMailView>();
        settings.MapPut("/", PutAsync).WithName("putInboundMail").WithSummary("Replace the inbound e-mail settings; reply keys that are left out stay")
            .Requires("replyDomains").Answers<InboundMailView>();
        api.MapGet("/tickets/{id:guid}/reply-address", ReplyAddressAsync).WithTags("Tickets").WithScope(RouteScope.Organization)
            .WithName("getTicketReplyAddress").WithSummary("What to send a mail with, so that its answers come to the ticket; a new messageId each time")
            .Conflicts().Answers<ReplyAddress>();
    }

    private static async Task<IResult> FindAsync(Caller caller, IInboundMailStore store, CancellationToken cancellation) =>
        await store.FindAsync(caller.Organization, cancellation) is { } settings ? Answer(settings) : None.ToResult();

    private static async Task<IResult> PutAsync(
        Body<InboundMailInput> body, Caller caller, IInboundMailStore store, TimeProvider clock, CancellationToken cancellation)
    {
        var faults = new FaultList();
        body.Value.Check(faults);
        if (faults.Any)
            return faults.ToProblem().ToResult();
        var newKey = InboundMailSettings.NewKey();
        return await store.PutAsync(caller.Organization, present => body.Value.ToSettings(present, newKey), clock.GetInstant(), cancellation) is { } settings
            ? Answer(settings)
            : Problem.NotFound("organization").ToResult();
    }

    private static async Task<IResult> ReplyAddressAsync(
        Guid id, Caller caller, ITicketStore tickets, IInboundMailStore store, TimeProvider clock, CancellationToken cancellation)
    {
        if (await tickets.FindAsync(caller.Organization, id, cancellation) is not { } ticket)
            return Problem.NotFound("ticket").ToResult();
        if (await store.FindAsync(caller.Organization, cancellation) is not { } settings)
            return NotConfigured.ToResult();
        var address = ReplyAddress.Of(ticket.Number, settings, Guid.CreateVersion7(clock.GetInstant()));
        return await store.RememberAsync(caller.Organization, id, address.MessageId, cancellation)
            ? Results.Json(address, ApiJson.Options)
            : Problem.NotFound("ticket").ToResult();
    }

    private static IResult Answer(InboundMailSettings settings) => Results.Json(
        new InboundMailView(settings.ReplyDomains, settings.ReplyKeys.Count, settings.AgentDomains, settings.InboundAddresses, settings.TrustedAuthServId),
        ApiJson.Options);
}

/// <param name="ReplyDomains">The first makes new reply addresses.</param>
/// <param name="ReplyKeyCount">How many keys count; they are never shown.</param>
internal sealed record InboundMailView(
    IReadOnlyList<string> ReplyDomains, int ReplyKeyCount, IReadOnlyList<string> AgentDomains, IReadOnlyList<string> InboundAddresses, string? TrustedAuthServId);
