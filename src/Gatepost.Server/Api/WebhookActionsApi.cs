using Gatepost.Deliveries;
using Gatepost.Events;
using Gatepost.Server.Auth;
using Gatepost.Storage;

namespace Gatepost.Server.Api;

/// <summary>What one can ask of a webhook of either scope: a test, and to recover what was missed.</summary>
internal static class WebhookActionsApi
{
    public static void MapWebhookActions(this IEndpointRouteBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks/{id:guid}").WithTags("Recovery").WithScope(RouteScope.Organization);
        webhooks.MapPost("/test", TestAsync).WithName("testWebhook").WithSummary("Send a webhook.test event now and wait for its attempt").Idempotent().Answers<DeliveryDetailView>();
        webhooks.MapPost("/recover", RecoverAsync).WithName("recoverWebhook").WithSummary("Send again what failed or was skipped in a time")
            .Idempotent().Requires("since").Answers<Replay>(202, "The job, which runs on").Answers<RecoverCountView>(when: "dryRun: only counted");
        var replays = api.MapGroup("/replays/{id:guid}").WithTags("Recovery").WithScope(RouteScope.Organization);
        replays.MapGet("/", FindAsync).WithName("getReplay").WithSummary("How far a recover job is").Answers<Replay>();
        replays.MapDelete("/", CancelAsync).WithName("cancelReplay").WithSummary("Stop a recover job").Answers<Replay>();
    }

    private static async Task<IResult> TestAsync(Guid id, Caller caller, IDeliveryStore store, DeliveryWorker worker, CancellationToken cancellation)
    {
        var organization = caller.Organization;
        var test = await store.CreateTestAsync(organization, id, (eventId, surveyId, now) => RenderTest(organization.Id, id, eventId, surveyId, now), cancellation);
        if (!test.IsOk)
            return test.Problem.ToResult();
        await worker.ProcessAsync(test.Value);
        return await store.FindAsync(organization, test.Value.Id, cancellation) is { } delivery
            ? Results.Json(DeliveryDetailView.Of(delivery), ApiJson.Options)
            : Problem.NotFound("webhook").ToResult();
    }

    private static byte[] RenderTest(Guid organizationId, Guid webhookId, Guid eventId, Guid? surveyId, DateTimeOffset now) => surveyId is { } survey
        ? EventPayload.ForSurvey(survey, EventType.WebhookTest, eventId, now, webhookId, WriteTest)
        : EventPayload.ForOrganization(organizationId, EventType.WebhookTest, eventId, now, webhookId, WriteTest);

    private static void WriteTest(System.Text.Json.Utf8JsonWriter json, Guid webhookId)
    {
        json.WriteStartObject();
        json.WriteString("message", "This is a test of your webhook. Nothing happened.");
        json.WriteString("webhookId", webhookId);
        json.WriteEndObject();
    }

    private static async Task<IResult> RecoverAsync(
        Guid id, Body<RecoverRequest> body, Caller caller, IReplayStore store, TimeProvider clock, CancellationToken cancellation)
    {
        var faults = new FaultList();
        var selection = body.Value.Check(clock.GetInstant(), faults);
        var count = await store.CountAsync(caller.Organization, id, selection, cancellation);
        if (count.Problem is { Kind: ProblemKind.NotFound } unknown)
            return unknown.ToResult();
        if (faults.Any)
            return faults.ToProblem().ToResult();
        if (body.Value.DryRun)
            return count.ToResult(total => new RecoverCountView(total, DryRun: true));
        return (await store.CreateAsync(caller.Organization, id, selection, cancellation)).ToResult(r => r, StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> FindAsync(Guid id, Caller caller, IReplayStore store, CancellationToken cancellation) => View(await store.FindAsync(caller.Organization, id, cancellation));

    private static async Task<IResult> CancelAsync(Guid id, Caller caller, IReplayStore store, CancellationToken cancellation) => View(await store.CancelAsync(caller.Organization, id, cancellation));

    private static IResult View(Replay? replay) => replay is null ? Problem.NotFound("replay").ToResult() : Results.Json(replay, ApiJson.Options);

    internal sealed record RecoverRequest
    {
        private static readonly IReadOnlyList<string> Recoverable = ["failed", "skipped"];

        /// <summary>Events created at or after.</summary>
        public DateTimeOffset? Since { get; init; }

        /// <summary>Events created before; all until now when absent.</summary>
        public DateTimeOffset? Until { get; init; }

        /// <summary>failed, skipped, or both (the default).</summary>
        public IReadOnlyList<string>? Statuses { get; init; }

        /// <summary>Only count.</summary>
        public bool DryRun { get; init; }

        public ReplaySelection Check(DateTimeOffset now, FaultList faults)
        {
            if (Since is null)
                faults.Add("since", "required", "since is required: an instant such as 2025-01-15T10:30:00.000Z.");
            else if (Since > now)
                faults.Add("since", "out_of_range", "since must not be in the future.");
            if (Until <= Since)
                faults.Add("until", "out_of_range", "until must be after since.");
            if (Statuses is [] || Statuses?.Any(s => !Recoverable.Contains(s)) == true)
                faults.Add("statuses", "unknown_status", "statuses may name failed and skipped.");
            // No bound when there is none: another node's clock may be some milliseconds ahead of this one's.
            return new ReplaySelection(
                Since ?? now, Until ?? DateTimeOffset.MaxValue, Statuses?.Contains("failed") ?? true, Statuses?.Contains("skipped") ?? true);
        }
    }
}

/// <summary>What a dry run would send.</summary>
/// <param name="Total">Deliveries that match.</param>
internal sealed record RecoverCountView(int Total, bool DryRun);
