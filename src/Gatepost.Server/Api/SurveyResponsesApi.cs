using System.Text.Json;
using Gatepost.Server.Auth;
using Gatepost.Storage;
using Gatepost.Surveys;

namespace Gatepost.Server.Api;

/// <summary>Responses to a survey; completing one raises <c>survey.response_completed</c>.</summary>
internal static class SurveyResponsesApi
{
    public static void MapSurveyResponses(this IEndpointRouteBuilder api)
    {
        var responses = api.MapGroup("/surveys/{surveyId:guid}/responses").WithTags("Survey responses").WithScope(RouteScope.Organization);
        responses.MapPost("/", CreateAsync).WithName("createSurveyResponse").WithSummary("Store a response; completed unless completed is false")
            .Idempotent().Answers<SurveyResponseView>(201);
        responses.MapGet("/", ListAsync).WithName("listSurveyResponses").WithSummary("Responses, newest first").AnswersPage<SurveyResponseView>();
        responses.MapGet("/{responseId:guid}", FindAsync).WithName("getSurveyResponse").WithSummary("One response").Answers<SurveyResponseView>();
        responses.MapPatch("/{responseId:guid}", ChangeAsync).WithName("changeSurveyResponse")
            .WithSummary("Add answers to a response that is not completed (a null answer removes it), or complete it").Conflicts().Answers<SurveyResponseView>();
    }

    private static async Task<IResult> CreateAsync(
        Guid surveyId, Body<ResponseInput> body, Caller caller, ISurveyResponseStore store, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetInstant();
        var (edit, id) = (new ResponseEdit(body.Value, now), Guid.CreateVersion7(now));
        var created = await store.CreateAsync(caller.Organization, surveyId, survey => edit.Create(id, survey), cancellation);
        return created.ToResult(SurveyResponseView.Of, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(
        Guid surveyId, PageQuery page, Caller caller, ISurveyResponseStore store, CancellationToken cancellation) =>
        (await store.ListAsync(caller.Organization, surveyId, page.Request, cancellation)).ToResult(found => PageQuery.View(found, SurveyResponseView.Of));

    private static async Task<IResult> FindAsync(
        Guid surveyId, Guid responseId, Caller caller, ISurveyResponseStore store, CancellationToken cancellation) =>
        (await store.FindAsync(caller.Organization, surveyId, responseId, cancellation)).ToResult(SurveyResponseView.Of);

    private static async Task<IResult> ChangeAsync(
        Guid surveyId, Guid responseId, Body<ResponseInput> body, Caller caller, ISurveyResponseStore store, TimeProvider clock, CancellationToken cancellation)
    {
        var edit = new ResponseEdit(body.Value, clock.GetInstant());
        return (await store.ChangeAsync(caller.Organization, surveyId, responseId, edit.Change, cancellation)).ToResult(SurveyResponseView.Of);
    }
}

/// <summary>A response as the API shows it.</summary>
/// <param name="Answers">By question id.</param>
/// <param name="EmbeddedData">What the survey was embedded with.</param>
/// <param name="Completed">From then on it no longer changes.</param>
internal sealed record SurveyResponseView(
    Guid Id, Guid SurveyId, IReadOnlyDictionary<string, Answer> Answers, JsonElement EmbeddedData, JsonElement Metadata,
    bool Completed, DateTimeOffset? CompletedAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static SurveyResponseView Of(SurveyResponse r) => new(
        r.Id, r.SurveyId, r.Answers, r.EmbeddedData, r.Metadata, r.CompletedAt is not null, r.CompletedAt, r.CreatedAt, r.UpdatedAt);
}
