using System.Text.RegularExpressions;

namespace Gatepost.Surveys;

/// <summary>The rules of a survey's members, all faults at once.</summary>
internal static partial class SurveyRules
{
    public const int MaxQuestions = 200;
    public const int MaxChoices = 200;

    /// <param name="isNew">A new survey needs a title and questions; a change needs nothing.</param>
    public static void Check(SurveyInput input, bool isNew, FaultList faults)
    {
        if (isNew || input.Title.IsGiven)
            faults.CheckLength("title", input.Title.Value, 1, 500);
        if (input.Status.IsGiven && SurveyStatuses.Parse(input.Status.Value) is null)
            faults.Add("status", "invalid_status", "status must be draft, active or closed.");
        if (isNew || input.Questions.IsGiven)
            CheckQuestions(input.Questions.Value, faults);
    }

    private static void CheckQuestions(IReadOnlyList<QuestionInput?>? questions, FaultList faults)
    {
        if (!CheckCount("questions", questions?.Count, MaxQuestions, faults))
            return;
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, question) in questions!.Take(MaxQuestions).Index())
        {
            if (question is null)
                faults.Add($"questions[{i}]", "required", "A question must be an object with type and title.");
            else
                CheckQuestion($"questions[{i}]", question, ids, faults);
        }
    }

    private static void CheckQuestion(string field, QuestionInput question, HashSet<string> ids, FaultList faults)
    {
        CheckId($"{field}.id", question.Id, ids, faults);
        faults.CheckLength($"{field}.title", question.Title, 1, 1_000);
        if (question.Type is null)
            faults.Add($"{field}.type", "required", $"{field}.type is required: {QuestionTypes.Listed}.");
        else if (QuestionTypes.Parse(question.Type) is not { } type)
            faults.Add($"{field}.type", "unknown_question_type", $"{field}.type must be one of {QuestionTypes.Listed}.");
        else if (type.IsChoice())
            CheckChoices($"{field}.choices", question.Choices, ids, faults);
        else if (question.Choices is not null)
            faults.Add($"{field}.choices", "not_allowed", $"A question of type {question.Type} has no choices; leave them out.");
    }

    private static void CheckChoices(string field, IReadOnlyList<ChoiceInput?>? choices, HashSet<string> ids, FaultList faults)
    {
        if (!CheckCount(field, choices?.Count, MaxChoices, faults))
            return;
        foreach (var (i, choice) in choices!.Take(MaxChoices).Index())
        {
            CheckId($"{field}[{i}].id", choice?.Id, ids, faults);
            faults.CheckLength($"{field}[{i}].label", choice?.Label, 1, 500);
        }
    }

    private static bool CheckCount(string field, int? count, int max, FaultList faults)
    {
        if (count is null or 0)
            faults.Add(field, "required", $"{field} needs at least one entry.");
        else if (count > max)
            faults.Add(field, "too_many", $"{field} may have at most {max} entries; it has {count}.");
        return count > 0;
    }

    private static void CheckId(string field, string? id, HashSet<string> seen, FaultList faults)
    {
        if (id is null)
            return;
        if (!Id().IsMatch(id))
            faults.Add(field, "invalid_id", $"{field} must be 1 to 64 of the characters A-Z a-z 0-9 _ and -. Leave it out to have one made.");
        else if (!seen.Add(id))
            faults.Add(field, "duplicate", $"{id} is there already; ids of questions and choices are unique in the survey.");
    }

    // \z, not $: a trailing line feed must not pass.
    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
