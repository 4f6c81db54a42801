using Gatepost.Surveys;

namespace Gatepost.Tests.Surveys;

public sealed class SurveyRulesTests
{
    private static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Check_EveryTypeWithItsMembers_IsTaken() =>
        Faults(
            new() { Type = "text", Title = "t" }, new() { Type = "long_text", Title = "t" }, new() { Type = "rating", Title = "t", Required = true },
            new() { Type = "nps", Title = "t" }, new() { Type = "number", Title = "t" }, new() { Type = "date", Title = "t" },
            new() { Type = "yes_no", Title = "t", Id = "A-z_9" },
            new() { Type = "single_choice", Title = "t", Choices = [new() { Label = "a", Id = "same" }] },
            new() { Type = "multiple_choice", Title = "t", Choices = [new() { Label = "a", Id = "other" }, new() { Label = "a" }] }).ShouldBeEmpty();

    [Fact]
    public void Check_SeveralFaults_NamesThemAll() =>
        Faults(
            new() { Type = "essay", Title = "", Id = "a b" },
            null,
            new() { Type = "text", Title = "t", Choices = [] },
            new() { Type = "single_choice", Title = "t" },
            new() { Type = "multiple_choice", Choices = [new() { Id = "x\n", Label = "a" }, null] }).ShouldBe(
            [
                "questions[0].id invalid_id", "questions[0].title too_short", "questions[0].type unknown_question_type",
                "questions[1] required", "questions[2].choices not_allowed", "questions[3].choices required",
                "questions[4].title required", "questions[4].choices[0].id invalid_id", "questions[4].choices[1].label required",
            ]);

    [Fact]
    public void Check_RepeatedIds_AreRefused() =>
        Faults(
            new() { Type = "text", Title = "t", Id = "q" },
            new() { Type = "single_choice", Title = "t", Id = "q", Choices = [new() { Id = "c", Label = "a" }, new() { Id = "c", Label = "b" }] },
            new() { Type = "single_choice", Title = "t", Choices = [new() { Id = "c", Label = "a" }, new() { Id = "q", Label = "b" }] }).ShouldBe(
            ["questions[1].id duplicate", "questions[1].choices[1].id duplicate", "questions[2].choices[0].id duplicate", "questions[2].choices[1].id duplicate"]);

    [Theory]
    [InlineData(0, "questions required")]
    [InlineData(200, null)]
    [InlineData(201, "questions too_many")]
    public void Check_NumberOfQuestions_HasBounds(int count, string? fault) =>
        Faults([.. Enumerable.Range(0, count).Select(_ => new QuestionInput { Type = "text", Title = "t" })]).ShouldBe(fault is null ? [] : [fault]);

    [Fact]
    public void Check_Nothing_IsAChangeButNoSurvey()
    {
        FaultsOf(new SurveyInput(), isNew: false).ShouldBeEmpty();
        FaultsOf(new SurveyInput(), isNew: true).ShouldBe(["title required", "questions required"]);
    }

    [Fact]
    public void Check_NullMembersOfAChange_AreRefused() =>
        FaultsOf(new SurveyInput { Title = new(true, null), Status = new(true, null), Questions = new(true, null) }, isNew: false)
            .ShouldBe(["title required", "status invalid_status", "questions required"]);

    [Fact]
    public void Create_AbsentMembers_AreMade()
    {
        var question = new QuestionInput { Type = "single_choice", Title = "Which?", Choices = [new() { Label = "This" }] };

        var survey = new SurveyEdit(Input([question]), Now).Create();

        survey.Status.ShouldBe(SurveyStatus.Active);
        Guid.Parse(survey.Questions[0].Id).Version.ShouldBe(7);
        Guid.Parse(survey.Questions[0].Choices![0].Id).Version.ShouldBe(7);
    }

    [Fact]
    public void Apply_OneMember_LeavesTheRest()
    {
        var survey = new SurveyEdit(Input([new() { Type = "text", Title = "Why?" }]), Now).Create();

        var changed = new SurveyEdit(new SurveyInput { Status = new(true, "closed") }, Now.AddDays(1)).Apply(survey);

        changed.ShouldBe(survey with { Status = SurveyStatus.Closed, UpdatedAt = Now.AddDays(1) });
    }

    private static string[] Faults(params QuestionInput?[] questions) => FaultsOf(Input(questions), isNew: true);

    private static SurveyInput Input(QuestionInput?[] questions) => new() { Title = new(true, "t"), Questions = new(true, questions) };

    private static string[] FaultsOf(SurveyInput input, bool isNew)
    {
        var faults = new FaultList();
        SurveyRules.Check(input, isNew, faults);
        return SurveySamples.Codes(faults.Any ? faults.ToProblem() : null);
    }
}
