using static Gatepost.Tests.Surveys.SurveySamples;

namespace Gatepost.Tests.Surveys;

public sealed class AnswerRulesTests
{
    [Theory]
    [InlineData("'text': {'value': ''}")]
    [InlineData("'text': {'value': 'ä\\n', 'choiceIds': []}")]
    [InlineData("'text': {'value': null}")]
    [InlineData("'text': null")]
    [InlineData("'single_choice': {'choiceIds': ['a']}")]
    [InlineData("'single_choice': {'value': null, 'choiceIds': ['b']}")]
    [InlineData("'multiple_choice': {'choiceIds': ['b', 'a']}")]
    [InlineData("'multiple_choice': {'choiceIds': []}")]
    [InlineData("'rating': {'value': 1}")]
    [InlineData("'rating': {'value': 10}")]
    [InlineData("'nps': {'value': 0}")]
    [InlineData("'number': {'value': -1.5e3}")]
    [InlineData("'date': {'value': '2024-02-29'}")]
    [InlineData("'yes_no': {'value': false}")]
    public void Check_FittingAnswer_IsTaken(string answer) => Codes(Respond(Survey(), $"{{{answer}}}").Problem).ShouldBeEmpty();

    [Theory]
    [InlineData("'text': {'value': 1}", "answers.text.value invalid_answer")]
    [InlineData("'text': {'value': '\\ud800'}", "answers.text.value invalid_answer")]
    [InlineData("'text': {'choiceIds': ['a']}", "answers.text.choiceIds not_allowed")]
    [InlineData("'long_text': {'value': ['x']}", "answers.long_text.value invalid_answer")]
    [InlineData("'single_choice': {'choiceIds': ['a', 'b']}", "answers.single_choice.choiceIds too_many")]
    [InlineData("'single_choice': {'choiceIds': ['c']}", "answers.single_choice.choiceIds[0] unknown_choice")]
    [InlineData("'single_choice': {'value': 'a'}", "answers.single_choice.value not_allowed")]
    [InlineData("'multiple_choice': {'choiceIds': ['a', 'a']}", "answers.multiple_choice.choiceIds[1] duplicate")]
    [InlineData("'multiple_choice': {'choiceIds': [null]}", "answers.multiple_choice.choiceIds[0] unknown_choice")]
    [InlineData("'rating': {'value': 0}", "answers.rating.value invalid_answer")]
    [InlineData("'rating': {'value': 11}", "answers.rating.value invalid_answer")]
    [InlineData("'rating': {'value': 5.5}", "answers.rating.value invalid_answer")]
    [InlineData("'rating': {'value': '5'}", "answers.rating.value invalid_answer")]
    [InlineData("'nps': {'value': -1}", "answers.nps.value invalid_answer")]
    [InlineData("'nps': {'value': true}", "answers.nps.value invalid_answer")]
    [InlineData("'number': {'value': 1e999}", "answers.number.value invalid_answer")]
    [InlineData("'number': {'value': '1'}", "answers.number.value invalid_answer")]
    [InlineData("'date': {'value': '2025-02-29'}", "answers.date.value invalid_answer")]
    [InlineData("'date': {'value': '2025-1-5'}", "answers.date.value invalid_answer")]
    [InlineData("'date': {'value': '2025-01-15T00:00:00Z'}", "answers.date.value invalid_answer")]
    [InlineData("'yes_no': {'value': 'yes'}", "answers.yes_no.value invalid_answer")]
    [InlineData("'other': {'value': 1}", "answers.other unknown_question")]
    public void Check_OtherAnswer_IsRefused(string answer, string fault) => Codes(Respond(Survey(), $"{{{answer}}}").Problem).ShouldBe([fault]);

    [Theory]
    [InlineData("text", 10_000)]
    [InlineData("long_text", 100_000)]
    public void Check_LengthOfAText_HasBound(string type, int max)
    {
        Respond(Survey(), $"{{'{type}': {{'value': '{new string('x', max)}'}}}}").IsOk.ShouldBeTrue();
        Codes(Respond(Survey(), $"{{'{type}': {{'value': '{new string('x', max + 1)}'}}}}").Problem).ShouldBe([$"answers.{type}.value too_long"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{'text': null, 'single_choice': null}")]
    [InlineData("{'text': {'value': ' '}, 'single_choice': {'choiceIds': []}}")]
    public void Complete_RequiredUnanswered_IsRefused(string answers) =>
        Codes(Respond(Survey("text", "single_choice"), answers).Problem).ShouldBe(["answers.text.value required", "answers.single_choice.choiceIds required"]);

    [Theory]
    [InlineData(200, "answers.multiple_choice.choiceIds[0] unknown_choice", 200)]
    [InlineData(201, "answers.multiple_choice.choiceIds too_many", 1)]
    public void Check_MoreChoicesThanAnyQuestionHas_IsOneFault(int count, string first, int faults)
    {
        var codes = Codes(Respond(Survey(), $"{{'multiple_choice': {{'choiceIds': [{string.Join(',', Enumerable.Range(0, count).Select(i => $"'x{i}'"))}]}}}}").Problem);

        (codes[0], codes.Length).ShouldBe((first, faults));
    }

    [Fact]
    public void Check_MoreAnswersThanAnySurveyHasQuestions_IsOneFault() =>
        Codes(Respond(Survey(), $"{{{string.Join(',', Enumerable.Range(0, 201).Select(i => $"'x{i}': {{}}"))}}}").Problem).ShouldBe(["answers too_many"]);

    [Fact]
    public void Respond_SeveralFaults_NamesThemAll() =>
        Codes(Respond(Survey("nps"), "{'text': {'value': 1}, 'x': {}}", embeddedData: "[]").Problem)
            .ShouldBe(["answers.text.value invalid_answer", "answers.x unknown_question", "embeddedData wrong_type", "answers.nps.value required"]);
}
