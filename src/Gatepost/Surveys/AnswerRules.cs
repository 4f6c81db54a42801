using System.Globalization;
using System.Text.Json;

namespace Gatepost.Surveys;

/// <summary>Checks answers against their questions, all faults at once.</summary>
internal static class AnswerRules
{
    public static void Check(IReadOnlyList<Question> questions, IReadOnlyDictionary<string, AnswerInput?> answers, FaultList faults)
    {
        // Named once: this runs while the writer waits, and each of a hundred thousand would get a sentence of its own.
        if (answers.Count > SurveyRules.MaxQuestions)
        {
            faults.Add("answers", "too_many", $"answers has {answers.Count} entries; no survey has more than {SurveyRules.MaxQuestions} questions.");
            return;
        }

        var byId = questions.ToDictionary(q => q.Id, StringComparer.Ordinal);
        foreach (var (id, answer) in answers)
        {
            if (!byId.TryGetValue(id, out var question))
                faults.Add($"answers.{id}", "unknown_question", "The survey has no question with this id.");
            else if (answer is not null)
                Check(question, answer, $"answers.{id}", faults);
        }
    }

    /// <summary>What must be answered before a response is complete.</summary>
    public static void CheckRequired(IReadOnlyList<Question> questions, IReadOnlyDictionary<string, Answer> answers, FaultList faults)
    {
        foreach (var question in questions.Where(q => q.Required && !IsAnswered(answers.GetValueOrDefault(q.Id))))
            faults.Add(
                question.Type.IsChoice() ? $"answers.{question.Id}.choiceIds" : $"answers.{question.Id}.value",
                "required", "This question must be answered before the response is completed.");
    }

    private static void Check(Question question, AnswerInput answer, string field, FaultList faults)
    {
        if (question.Type.IsChoice())
        {
            if (answer.HasValue)
                faults.Add($"{field}.value", "not_allowed", "A choice is answered by choiceIds; leave value out.");
            if (answer.HasChoices)
                CheckChoices(question, answer.ChoiceIds!, $"{field}.choiceIds", faults);
            return;
        }

        if (answer.HasChoices)
            faults.Add($"{field}.choiceIds", "not_allowed", $"A question of type {question.Type.Name()} is answered by value; leave choiceIds out.");
        if (answer.HasValue)
            CheckValue(question.Type, answer.Value!.Value, $"{field}.value", faults);
    }

    private static void CheckChoices(Question question, IReadOnlyList<string?> choiceIds, string field, FaultList faults)
    {
        if (question.Type == QuestionType.SingleChoice && choiceIds.Count > 1)
            faults.Add(field, "too_many", "A single choice is answered by exactly one choice id.");
        if (choiceIds.Count > SurveyRules.MaxChoices)
        {
            faults.Add(field, "too_many", $"{field} has {choiceIds.Count} entries; no question has more than {SurveyRules.MaxChoices} choices.");
            return;
        }

        var known = question.Choices!.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, id) in choiceIds.Index())
        {
            if (id is null || !known.Contains(id))
                faults.Add($"{field}[{i}]", "unknown_choice", "The question has no choice with this id.");
            else if (!seen.Add(id))
                faults.Add($"{field}[{i}]", "duplicate", "This choice is named twice; name each choice once.");
        }
    }

    private static void CheckValue(QuestionType type, JsonElement value, string field, FaultList faults)
    {
        switch (type)
        {
            case QuestionType.Text:
                CheckText(value, 10_000, field, faults);
                break;
            case QuestionType.LongText:
                CheckText(value, 100_000, field, faults);
                break;
            case QuestionType.Rating:
                CheckInteger(value, 1, field, faults);
                break;
            case QuestionType.Nps:
                CheckInteger(value, 0, field, faults);
                break;
            case QuestionType.Number when value.ValueKind != JsonValueKind.Number || !double.IsFinite(value.GetDouble()):
                faults.Add(field, "invalid_answer", "The answer must be a JSON number that a double can hold.");
                break;
            case QuestionType.Date when !IsDate(value):
                faults.Add(field, "invalid_answer", "The answer must be a date such as \"2025-01-15\".");
                break;
            case QuestionType.YesNo when value.ValueKind is not (JsonValueKind.True or JsonValueKind.False):
                faults.Add(field, "invalid_answer", "The answer must be true or false.");
                break;
        }
    }

    private static void CheckText(JsonElement value, int max, string field, FaultList faults)
    {
        if (JsonText.ReadText(value) is { } text)
            faults.CheckLength(field, text, 0, max);
        else
            faults.Add(field, "invalid_answer", "The answer must be a text of valid Unicode.");
    }

    // A whole number may not be written as 5.0: receivers read these answers as integers.
    private static void CheckInteger(JsonElement value, int min, string field, FaultList faults)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number) || number < min || number > 10)
            faults.Add(field, "invalid_answer", $"The answer must be a whole number from {min} to 10.");
    }

    private static bool IsDate(JsonElement value) =>
        DateOnly.TryParseExact(JsonText.ReadText(value), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsAnswered(Answer? answer) => answer switch
    {
        null => false,
        { Value: { ValueKind: JsonValueKind.String } text } => JsonText.ReadText(text) is not { } read || !string.IsNullOrWhiteSpace(read),
        _ => answer.Value is not null || answer.ChoiceIds.Count > 0,
    };
}
