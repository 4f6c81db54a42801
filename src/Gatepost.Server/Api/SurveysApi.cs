using Gatepost.Server.Auth;
using Gatepost.Storage;
using Gatepost.Surveys;

namespace Gatepost.Server.Api;

/// <summary>Surveys and their questions.</summary>
internal static class SurveysApi
{
    public static void MapSurveys(this IEndpointRouteBuilder api)
    {
        var surveys = api.MapGroup("/surveys").WithTags("Surveys").WithScope(RouteScope.Organization);
        surveys.MapPost("/", CreateAsync).WithName("createSurvey").WithSummary("Make a survey").Idempotent().Requires("title", "questions").Answers<SurveyView>(201);
        surveys.MapGet("/", ListAsync).WithName("listSurveys").WithSummary("Surveys, newest first").AnswersPage<SurveyView>();
        surveys.MapGet("/{id:guid}", FindAsync).WithName("getSurvey").WithSummary("One survey").Answers<SurveyView>();
        surveys.MapPatch("/{id:guid}", ChangeAsync).WithName("changeSurvey")
            .WithSummary("Change a survey; questions replaces all of them, responses already given stay as they are").Answers<SurveyView>();
        surveys.MapDelete("/{id:guid}", DeleteAsync).WithName("deleteSurvey").WithSummary("Delete a survey with its responses, webhooks and their logs")
            .Answers(204);
    }

    private static async Task<IResult> CreateAsync(
        Body<SurveyInput> body, Caller caller, ISurveyStore store, TimeProvider clock, CancellationToken cancellation)
    {
        if (Check(body.Value, isNew: true) is { } problem)
            return problem.ToResult();
        var survey = new SurveyEdit(body.Value, clock.GetInstant()).Create();
        return (await store.CreateAsync(caller.Organization, survey, cancellation)).ToResult(SurveyView.Of, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(PageQuery page, Caller caller, ISurveyStore store, CancellationToken cancellation) =>
        Results.Json(PageQuery.View(await store.ListAsync(caller.Organization, page.Request, cancellation), SurveyView.Of), ApiJson.Options);

    private static async Task<IResult> FindAsync(Guid id, Caller caller, ISurveyStore store, CancellationToken cancellation) =>
        (await store.FindAsync(caller.Organization, id, cancellation)).ToResult(SurveyView.Of);

    private static async Task<IResult> ChangeAsync(
        Guid id, Body<SurveyInput> body, Caller caller, ISurveyStore store, TimeProvider clock, CancellationToken cancellation)
    {
        if (Check(body.Value, isNew: false) is { } problem)
            return problem.ToResult();
        var edit = new SurveyEdit(body.Value, clock.GetInstant());
        return (await store.ChangeAsync(caller.Organization, id, edit.Apply, cancellation)).ToResult(SurveyView.Of);
    }

    private static async Task<IResult> DeleteAsync(Guid id, Caller caller, ISurveyStore store, TimeProvider clock, CancellationToken cancellation) =>
        await store.DeleteAsync(caller.Organization, id, clock.GetInstant(), cancellation)
            ? Results.NoContent()
            : Problem.NotFound("survey").ToResult();

    private static Problem? Check(SurveyInput input, bool isNew)
    {
        var faults = new FaultList();
        SurveyRules.Check(input, isNew, faults);
        return faults.Any ? faults.ToProblem() : null;
    }
}
