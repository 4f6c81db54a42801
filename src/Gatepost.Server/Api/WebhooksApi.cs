using Gatepost.Deliveries;
using Gatepost.Server.Auth;
using Gatepost.Storage;
using Gatepost.Webhooks;
using Microsoft.Extensions.Options;

namespace Gatepost.Server.Api;

/// <summary>Both webhook systems: the organization's ticket webhooks, and each survey's own.</summary>
internal static class WebhooksApi
{
    public static void MapTicketWebhooks(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/ticket-webhooks").WithTags("Ticket webhooks").WithScope(RouteScope.Organization);
        group.MapPost("/", (Body<WebhookInput> body, Desk desk, CancellationToken c) => desk.CreateAsync(WebhookScope.Tickets, body.Value, c))
            .WithName("createTicketWebhook").WithSummary("Register a URL for ticket events").Idempotent().Requires("name", "url", "events").Answers<WebhookView>(201);
        group.MapGet("/", (PageQuery page, Desk desk, CancellationToken c) => desk.ListAsync(WebhookScope.Tickets, page, c))
            .WithName("listTicketWebhooks").WithSummary("Ticket webhooks, newest first").AnswersPage<WebhookView>();
        group.MapGet("/{id:guid}", (Guid id, Desk desk, CancellationToken c) => desk.FindAsync(WebhookScope.Tickets, id, c))
            .WithName("getTicketWebhook").WithSummary("One ticket webhook").Answers<WebhookView>();
        group.MapPatch("/{id:guid}", (Guid id, Body<WebhookInput> body, Desk desk, CancellationToken c) => desk.ChangeAsync(WebhookScope.Tickets, id, body.Value, c))
            .WithName("changeTicketWebhook").WithSummary("Change, pause or resume; headers are merged").Conflicts().Answers<WebhookView>();
        group.MapDelete("/{id:guid}", (Guid id, Desk desk, CancellationToken c) => desk.DeleteAsync(WebhookScope.Tickets, id, c))
            .WithName("deleteTicketWebhook").WithSummary("Delete it and all its delivery logs, for good").Answers(204);
    }

    public static void MapSurveyWebhooks(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/surveys/{surveyId:guid}/webhooks").WithTags("Survey webhooks").WithScope(RouteScope.Organization);
        group.MapPost("/", (Guid surveyId, Body<WebhookInput> body, Desk desk, CancellationToken c) => desk.CreateAsync(WebhookScope.OfSurvey(surveyId), body.Value, c))
            .WithName("createSurveyWebhook").WithSummary("Register a URL for completed responses; at most 10 per survey").Idempotent().Requires("name", "url").Answers<WebhookView>(201);
        group.MapGet("/", (Guid surveyId, PageQuery page, Desk desk, CancellationToken c) => desk.ListAsync(WebhookScope.OfSurvey(surveyId), page, c))
            .WithName("listSurveyWebhooks").WithSummary("The survey's webhooks, newest first").AnswersPage<WebhookView>();
        group.MapGet("/{id:guid}", (Guid surveyId, Guid id, Desk desk, CancellationToken c) => desk.FindAsync(WebhookScope.OfSurvey(surveyId), id, c))
            .WithName("getSurveyWebhook").WithSummary("One survey webhook").Answers<WebhookView>();
        group.MapPatch("/{id:guid}", (Guid surveyId, Guid id, Body<WebhookInput> body, Desk desk, CancellationToken c) => desk.ChangeAsync(WebhookScope.OfSurvey(surveyId), id, body.Value, c))
            .WithName("changeSurveyWebhook").WithSummary("Change, pause or resume; headers are merged").Conflicts().Answers<WebhookView>();
        group.MapDelete("/{id:guid}", (Guid surveyId, Guid id, Desk desk, CancellationToken c) => desk.DeleteAsync(WebhookScope.OfSurvey(surveyId), id, c))
            .WithName("deleteSurveyWebhook").WithSummary("Delete it and all its delivery logs, for good").Answers(204);
    }

    /// <summary>What both scopes do alike, for one caller.</summary>
    internal sealed class Desk(Caller caller, WebhookEditor editor, IWebhookStore store, DeliveriesOptions defaults, TimeProvider clock)
    {
        private static readonly Problem NoEvents = new(
            ProblemKind.Malformed, "unknown_member", "events is not a known member here: a survey webhook gets survey.response_completed. Remove it.");

        public static ValueTask<Desk?> BindAsync(HttpContext context)
        {
            var services = context.RequestServices;
            return ValueTask.FromResult<Desk?>(new Desk(
                Caller.Of(context), services.GetRequiredService<WebhookEditor>(), services.GetRequiredService<IWebhookStore>(),
                services.GetRequiredService<IOptions<DeliveriesOptions>>().Value, services.GetRequiredService<TimeProvider>()));
        }

        public async Task<IResult> CreateAsync(WebhookScope scope, WebhookInput input, CancellationToken cancellation) => scope.SurveyId is not null && input.Events.IsGiven
            ? NoEvents.ToResult()
            : (await editor.CreateAsync(caller.Organization, scope, input, cancellation)).ToResult(View, StatusCodes.Status201Created);

        public async Task<IResult> ChangeAsync(WebhookScope scope, Guid id, WebhookInput input, CancellationToken cancellation) => scope.SurveyId is not null && input.Events.IsGiven
            ? NoEvents.ToResult()
            : (await editor.ChangeAsync(caller.Organization, scope, id, input, cancellation)).ToResult(View);

        public async Task<IResult> FindAsync(WebhookScope scope, Guid id, CancellationToken cancellation) =>
            (await store.FindAsync(caller.Organization, scope, id, cancellation)).ToResult(View);

        public async Task<IResult> ListAsync(WebhookScope scope, PageQuery page, CancellationToken cancellation) =>
            (await store.ListAsync(caller.Organization, scope, page.Request, cancellation)).ToResult(p => PageQuery.View(p, View));

        public async Task<IResult> DeleteAsync(WebhookScope scope, Guid id, CancellationToken cancellation)
        {
            var deleted = await store.DeleteAsync(caller.Organization, scope, id, clock.GetInstant(), cancellation);
            return deleted.IsOk ? Results.NoContent() : deleted.Problem.ToResult();
        }

        private WebhookView View(SavedWebhook saved) => WebhookView.Of(saved.Webhook, defaults, saved.Warning);

        private WebhookView View(Webhook webhook) => WebhookView.Of(webhook, defaults);
    }
}
