using System.Text.Json;
using Gatepost.Events;
using Gatepost.Organizations;
using Gatepost.Server.Auth;
using Gatepost.Storage;
using Microsoft.AspNetCore.Mvc;

namespace Gatepost.Server.Api;

/// <summary>Publishing from other systems, the log of events, and the catalog.</summary>
internal static class EventsApi
{
    private const int MaxBatch = 1_000;
    private const long MaxBatchBytes = 16 * 1024 * 1024;
    private const string Accepted = "Stored with all deliveries";
    private const string KnownBefore = "Published before: nothing new was made";

    public static void MapEvents(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/events").WithTags("Events").WithScope(RouteScope.Organization);
        group.MapPost("/", PublishAsync).WithName("publishEvent").WithSummary("Publish an event; deliveries are durable when this answers")
            .Idempotent().Accepts<EventRequest>("application/json").Requires("eventType", "data").Answers<PublishedView>(202, Accepted).Answers<PublishedView>(when: KnownBefore);
        group.MapPost("/batch", PublishBatchAsync).WithName("publishEvents").WithSummary("Publish up to 1,000 events, all or none")
            .Idempotent().Accepts<BatchRequest>("application/json").Requires("events").Answers<PublishedBatchView>(202, Accepted).Answers<PublishedBatchView>(when: KnownBefore)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBatchBytes));
        group.MapGet("/", ListAsync).WithName("listEvents").WithSummary("Events, newest first").AnswersPage<EventView>();
        group.MapGet("/{id:guid}", FindAsync).WithName("getEvent").WithSummary("One event, its deliveries, and why other webhooks got none").Answers<EventDetailView>();
    }

    private static async Task<IResult> PublishAsync(HttpContext context, Caller caller, IEventStore store, TimeProvider clock)
    {
        using var json = await RequestJson.ReadAsync(context);
        var faults = new FaultList();
        if (EventSubmission.Read(json.Root, "", faults, out var submission) is { } problem)
            return problem.ToResult();
        var survey = await FindSurveyAsync(submission, "", caller.Organization, store, faults, context.RequestAborted);
        if (faults.Any)
            return faults.ToProblem().ToResult();
        var published = await store.PublishAsync(submission.ToEvent(caller.Organization, survey, clock.GetInstant()), context.RequestAborted);
        return new PublishedResult(published);
    }

    private static async Task<IResult> PublishBatchAsync(HttpContext context, Caller caller, IEventStore store, TimeProvider clock)
    {
        using var json = await RequestJson.ReadAsync(context);
        if (Unwrap(json.Root, out var items) is { } unreadable)
            return unreadable.ToResult();
        var faults = new FaultList();
        var events = new List<WebhookEvent>(items.GetArrayLength());
        foreach (var item in items.EnumerateArray())
        {
            var path = $"events[{events.Count}].";
            if (EventSubmission.Read(item, path, faults, out var submission) is { } problem)
                return problem.ToResult();
            var survey = await FindSurveyAsync(submission, path, caller.Organization, store, faults, context.RequestAborted);
            events.Add(faults.Any ? null! : submission.ToEvent(caller.Organization, survey, clock.GetInstant()));
        }

        if (faults.Any)
            return faults.ToProblem().ToResult();
        var published = await store.PublishAsync(events, context.RequestAborted);
        return Results.Json(
            new PublishedBatchView([.. published.Select(p => new PublishedView(p.Id, p.Deliveries))]), ApiJson.Options,
            statusCode: published.Any(p => p.IsNew) ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
    }

    // {events: [...]}, or the array alone.
    private static Problem? Unwrap(JsonElement root, out JsonElement items)
    {
        items = root;
        if (root.ValueKind == JsonValueKind.Object)
        {
            items = default;
            foreach (var member in root.EnumerateObject())
            {
                if (!member.NameEquals("events"u8))
                    return new Problem(ProblemKind.Malformed, "unknown_member", $"{member.Name} is not a known member here; send {{\"events\": [...]}}.");
                items = member.Value;
            }
        }

        if (items.ValueKind == JsonValueKind.Undefined)
            return Problem.Invalid("events", "required", "events is required: a list of events.");
        if (items.ValueKind != JsonValueKind.Array)
            return new Problem(ProblemKind.Malformed, "wrong_type", "The body must be {\"events\": [...]}.");
        return items.GetArrayLength() switch
        {
            0 => Problem.Invalid("events", "required", "events must hold at least one event."),
            > MaxBatch => Problem.Invalid("events", "too_many", $"events may hold at most {MaxBatch} events; it has {items.GetArrayLength()}."),
            _ => null,
        };
    }

    private static async ValueTask<long?> FindSurveyAsync(
        EventSubmission submission, string path, OrganizationRef organization, IEventStore store, FaultList faults, CancellationToken cancellation)
    {
        if (submission.SurveyId is not { } surveyId)
            return null;
        var survey = await store.FindSurveyAsync(organization, surveyId, cancellation);
        if (survey is null)
            faults.Add(path + "surveyId", "unknown_survey", $"{path}surveyId names no survey of this organization.");
        return survey;
    }

    private static async Task<IResult> ListAsync(PageQuery page, EventQuery query, Caller caller, IEventStore store, CancellationToken cancellation) =>
        Results.Json(PageQuery.View(await store.ListAsync(caller.Organization, query.Filter, page.Request, cancellation), EventView.Of), ApiJson.Options);

    private static async Task<IResult> FindAsync(Guid id, Caller caller, IEventStore store, CancellationToken cancellation) =>
        await store.FindAsync(caller.Organization, id, cancellation) is { } found
            ? Results.Json(EventDetailView.Of(found), ApiJson.Options)
            : Problem.NotFound("event").ToResult();

    /// <summary>The hot path's answer, written by hand.</summary>
    private sealed class PublishedResult(PublishedEvent published) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = published.IsNew ? StatusCodes.Status202Accepted : StatusCodes.Status200OK;
            response.ContentType = "application/json; charset=utf-8";
            var body = JsonSerializer.SerializeToUtf8Bytes(new PublishedView(published.Id, published.Deliveries), ApiJson.Options);
            response.ContentLength = body.Length;
            return response.Body.WriteAsync(body).AsTask();
        }
    }
}
