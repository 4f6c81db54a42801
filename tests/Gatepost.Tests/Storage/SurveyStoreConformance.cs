using System.Text;
using System.Text.Json;
using Gatepost.Organizations;
using Gatepost.Storage;
using Gatepost.Surveys;
using Gatepost.Tests.Surveys;

namespace Gatepost.Tests.Storage;

/// <summary>What every database must do with surveys and their responses.</summary>
public abstract class SurveyStoreConformance
{
    private protected static readonly DateTimeOffset Now = SurveySamples.Now;

    private protected abstract ISurveyStore Surveys { get; }

    private protected abstract ISurveyResponseStore Responses { get; }

    private protected abstract Task<OrganizationRef> AddOrganizationAsync();

    /// <summary>An active webhook of the survey; answers its row number.</summary>
    private protected abstract Task<long> AddWebhookAsync(OrganizationRef organization, Guid surveyId);

    /// <summary>The bodies that the survey's deliveries send, oldest first.</summary>
    private protected abstract Task<IReadOnlyList<byte[]>> ReadDeliveredAsync(Guid surveyId);

    /// <summary>The webhooks that the lanes were told of.</summary>
    private protected abstract IReadOnlyCollection<long> Changed { get; }

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_EveryMember_IsFoundAgain()
    {
        var organization = await AddOrganizationAsync();
        var survey = SurveySamples.Survey("nps");

        (await Surveys.CreateAsync(organization, survey, Token)).IsOk.ShouldBeTrue();

        ShouldEqual((await Surveys.FindAsync(organization, survey.Id, Token)).Value, survey);
    }

    [Fact]
    public async Task Find_ForeignOrganizationOrSurvey_IsNotFound()
    {
        var (mine, other) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        var (survey, second) = (await AddSurveyAsync(mine), await AddSurveyAsync(mine));
        var response = await RespondAsync(mine, survey);

        (await Surveys.FindAsync(other, survey.Id, Token)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await Surveys.ChangeAsync(other, survey.Id, s => s, Token)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await Surveys.DeleteAsync(other, survey.Id, Now, Token)).ShouldBeFalse();
        await ShouldBeUnknownAsync(other, survey.Id, response.Id);
        await ShouldBeUnknownAsync(mine, second.Id, response.Id);
    }

    [Fact]
    public async Task List_SeveralPages_NewestFirst()
    {
        var organization = await AddOrganizationAsync();
        var made = new List<Guid>();
        for (var i = 0; i < 3; i++)
            made.Insert(0, (await AddSurveyAsync(organization)).Id);

        var first = await Surveys.ListAsync(organization, new PageRequest(2, null), Token);
        var second = await Surveys.ListAsync(organization, new PageRequest(2, first.Next), Token);

        first.Items.Concat(second.Items).Select(s => s.Id).ShouldBe(made);
        second.Next.ShouldBeNull();
    }

    [Fact]
    public async Task Change_Questions_LeavesResponsesAsTheyAre()
    {
        var organization = await AddOrganizationAsync();
        var survey = await AddSurveyAsync(organization);
        var response = await RespondAsync(organization, survey, "{'text': {'value': 'kept'}}");

        var changed = await Surveys.ChangeAsync(organization, survey.Id, s => s with { Title = "New", Questions = [s.Questions[^1]] }, Token);

        ShouldEqual(changed.Value, survey with { Title = "New", Questions = [survey.Questions[^1]] });
        ShouldEqual((await Surveys.FindAsync(organization, survey.Id, Token)).Value, changed.Value!);
        ShouldEqual((await Responses.FindAsync(organization, survey.Id, response.Id, Token)).Value, response);
    }

    [Fact]
    public async Task Respond_EveryMember_IsFoundAndListed()
    {
        var organization = await AddOrganizationAsync();
        var survey = await AddSurveyAsync(organization);
        var first = await RespondAsync(organization, survey, "{'text': {'value': 'é'}, 'number': {'value': 1.50}, 'single_choice': {'choiceIds': ['a']}}");
        var second = await RespondAsync(organization, survey, completed: false);

        var listed = (await Responses.ListAsync(organization, survey.Id, new PageRequest(50, null), Token)).Value!;

        listed.Items.Select(r => r.Id).ShouldBe([second.Id, first.Id]);
        ShouldEqual(listed.Items[1], first);
        listed.Items[0].CompletedAt.ShouldBeNull();
    }

    [Fact]
    public async Task Respond_Completed_IsDeliveredToTheSurveysWebhooks()
    {
        var organization = await AddOrganizationAsync();
        var (survey, other) = (await AddSurveyAsync(organization), await AddSurveyAsync(organization));
        await AddWebhookAsync(organization, survey.Id);

        var response = await RespondAsync(organization, survey);
        await RespondAsync(organization, survey, completed: false);
        await RespondAsync(organization, other);

        var body = (await ReadDeliveredAsync(survey.Id)).ShouldHaveSingleItem();
        Encoding.UTF8.GetString(body).ShouldContain(response.Id.ToString());
        (await ReadDeliveredAsync(other.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Change_CompletedByManyAtOnce_IsDeliveredOnce()
    {
        var organization = await AddOrganizationAsync();
        var survey = await AddSurveyAsync(organization);
        await AddWebhookAsync(organization, survey.Id);
        var response = await RespondAsync(organization, survey, completed: false);
        var edit = new ResponseEdit(SurveySamples.Input(null, completed: true), Now);

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Responses.ChangeAsync(organization, survey.Id, response.Id, edit.Change, Token)));

        results.Count(r => r.IsOk).ShouldBe(1);
        results.Where(r => !r.IsOk).Select(r => r.Problem!.Code).Distinct().ShouldBe(["response_completed"]);
        (await ReadDeliveredAsync(survey.Id)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Respond_Refused_StoresAndDeliversNothing()
    {
        var organization = await AddOrganizationAsync();
        var survey = await AddSurveyAsync(organization);
        await AddWebhookAsync(organization, survey.Id);

        (await Responses.CreateAsync(organization, survey.Id, _ => Problem.Conflict("no", "No."), Token)).Problem!.Code.ShouldBe("no");

        (await Responses.ListAsync(organization, survey.Id, new PageRequest(50, null), Token)).Value!.Items.ShouldBeEmpty();
        (await ReadDeliveredAsync(survey.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_HidesItsResponsesAndWebhooksAtOnce()
    {
        var organization = await AddOrganizationAsync();
        var (survey, other) = (await AddSurveyAsync(organization), await AddSurveyAsync(organization));
        var webhook = await AddWebhookAsync(organization, survey.Id);
        await AddWebhookAsync(organization, other.Id);
        var response = await RespondAsync(organization, survey);

        (await Surveys.DeleteAsync(organization, survey.Id, Now, Token)).ShouldBeTrue();

        Changed.ShouldBe([webhook]);
        (await Surveys.ListAsync(organization, new PageRequest(50, null), Token)).Items.ShouldHaveSingleItem().Id.ShouldBe(other.Id);
        (await Surveys.DeleteAsync(organization, survey.Id, Now, Token)).ShouldBeFalse();
        await ShouldBeUnknownAsync(organization, survey.Id, response.Id);
    }

    private async Task<Survey> AddSurveyAsync(OrganizationRef organization) =>
        (await Surveys.CreateAsync(organization, SurveySamples.Survey(), Token)).Value!;

    private async Task<SurveyResponse> RespondAsync(OrganizationRef organization, Survey survey, string answers = "{}", bool? completed = null) =>
        (await Responses.CreateAsync(organization, survey.Id, s => SurveySamples.Respond(s, answers, completed), Token)).Value!;

    private async Task ShouldBeUnknownAsync(OrganizationRef organization, Guid surveyId, Guid id)
    {
        (await Responses.FindAsync(organization, surveyId, id, Token)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await Responses.ChangeAsync(organization, surveyId, id, (_, r) => r, Token)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
    }

    // Records compare their lists by reference.
    private static void ShouldEqual<T>(T? actual, T expected) => JsonSerializer.Serialize(actual).ShouldBe(JsonSerializer.Serialize(expected));
}
