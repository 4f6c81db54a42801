using System.Text;
using Gatepost.Organizations;
using Gatepost.Surveys;
using static Gatepost.Tests.Surveys.SurveySamples;

namespace Gatepost.Tests.Surveys;

public sealed class ResponseEditTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Create_Completed_IsTheDefault(bool? completed, bool expected) =>
        Respond(Survey(), "{}", completed).Value!.CompletedAt.ShouldBe(expected ? Now : null);

    [Fact]
    public void Create_NotCompleted_NeedsNoRequiredAnswer() => Respond(Survey("nps"), "{}", completed: false).IsOk.ShouldBeTrue();

    [Theory]
    [InlineData("draft")]
    [InlineData("closed")]
    public void CreateAndChange_SurveyNotActive_IsAConflict(string status)
    {
        var survey = Survey() with { Status = SurveyStatuses.Parse(status)!.Value };
        var open = Respond(Survey(), "{}", completed: false).Value!;

        Respond(survey, "{}").Problem!.Code.ShouldBe("survey_not_active");
        new ResponseEdit(new ResponseInput(), Now).Change(survey, open).Problem!.Code.ShouldBe("survey_not_active");
    }

    [Fact]
    public void Change_Completed_IsAConflict() =>
        new ResponseEdit(new ResponseInput(), Now).Change(Survey(), Respond(Survey(), "{}").Value!).Problem!.Code.ShouldBe("response_completed");

    [Fact]
    public void Change_Answers_AreMergedAndNullRemoves()
    {
        var survey = Survey();
        var open = Respond(survey, "{'text': {'value': 'a'}, 'nps': {'value': 1}, 'rating': {'value': 2}}", completed: false, "{'a':1}").Value!;

        var changed = new ResponseEdit(Input("{'nps': {'value': 9}, 'rating': null}"), Now).Change(survey, open).Value!;

        changed.Answers.Keys.ShouldBe(["text", "nps"], ignoreOrder: true);
        changed.Answers["nps"].Value!.Value.GetInt32().ShouldBe(9);
        changed.EmbeddedData.GetRawText().ShouldBe("""{"a":1}""");
        changed.CompletedAt.ShouldBeNull();
    }

    [Fact]
    public void Change_CompletedToTrue_AsksForWhatIsRequired()
    {
        var survey = Survey("nps", "text");
        var open = Respond(survey, "{'nps': {'value': 1}}", completed: false).Value!;

        Codes(new ResponseEdit(Input(null, completed: true), Now).Change(survey, open).Problem).ShouldBe(["answers.text.value required"]);
        new ResponseEdit(Input("{'text': {'value': 'a'}}", completed: true), Now).Change(survey, open).Value!.CompletedAt.ShouldBe(Now);
    }

    [Fact]
    public void Change_QuestionsChangedMeanwhile_GivenAnswersStay()
    {
        var open = Respond(Survey(), "{'text': {'value': 'a'}}", completed: false).Value!;
        var survey = Survey();
        survey = survey with { Questions = [.. survey.Questions.Where(q => q.Id == "nps")] };

        new ResponseEdit(Input("{'nps': {'value': 1}}", completed: true), Now).Change(survey, open).Value!.Answers.Count.ShouldBe(2);
    }

    [Fact]
    public void Create_EmbeddedData_HasBound()
    {
        Respond(Survey(), null, null, $"{{ 'a': '{new string('x', (32 * 1024) - 8)}' }}").IsOk.ShouldBeTrue();
        Codes(Respond(Survey(), null, null, $"{{'a':'{new string('x', (32 * 1024) - 7)}'}}").Problem).ShouldBe(["embeddedData too_large"]);
        Codes(Respond(Survey(), null, null, "{'a':'\\ud800'}").Problem).ShouldBe(["embeddedData invalid_text"]);
    }

    [Theory]
    [InlineData(31, null)]
    [InlineData(32, "embeddedData too_deep")]
    public void Create_EmbeddedData_IsNotDeeperThanAnswersCanShow(int levels, string? fault) =>
        Codes(Respond(Survey(), null, null, $"{{'a':{new string('[', levels)}{new string(']', levels)}}}").Problem).ShouldBe(fault is null ? [] : [fault]);

    [Fact]
    public void ToEvent_Completed_HasBothMembersOfEveryAnswer()
    {
        var response = Respond(Survey(), "{'text': {'value': 'é\\n'}, 'multiple_choice': {'choiceIds': ['b','a']}, 'number': {'value': 1.50}}", null, "{'n':12345678901234567890}").Value!;

        var e = ResponsePayload.ToEvent(new OrganizationRef(1, Guid.Empty), 7, response);

        e.SurveySeq.ShouldBe(7);
        Encoding.UTF8.GetString(e.Payload).ShouldBe(
            $$$$"""
            {"surveyId":"{{{{response.SurveyId}}}}","eventType":"survey.response_completed","eventId":"{{{{e.Id}}}}","timestamp":"2025-01-15T10:30:00.000Z","data":{"responseId":"{{{{response.Id}}}}","completedAt":"2025-01-15T10:30:00.000Z","answers":{"text":{"value":"é\n","choiceIds":[]},"multiple_choice":{"value":null,"choiceIds":["b","a"]},"number":{"value":1.50,"choiceIds":[]}},"embeddedData":{"n":12345678901234567890},"metadata":{}}}
            """);
    }
}
