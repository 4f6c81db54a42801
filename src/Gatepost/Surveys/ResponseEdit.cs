using System.Text.Json;

namespace Gatepost.Surveys;

/// <summary>Applies what a client sent to a response. Pure: the store may run it again.</summary>
internal sealed record ResponseEdit(ResponseInput Input, DateTimeOffset Now)
{
    private const int MaxObjectBytes = 32 * 1024;

    /// <param name="id">Of the new response.</param>
    public Result<SurveyResponse> Create(Guid id, Survey survey) => Apply(
        survey,
        new SurveyResponse
        {
            Id = id,
            SurveyId = survey.Id,
            Answers = new Dictionary<string, Answer>(),
            EmbeddedData = JsonText.EmptyObject,
            Metadata = JsonText.EmptyObject,
            CreatedAt = Now,
            UpdatedAt = Now,
        },
        completes: Input.Completed.Value ?? true);

    public Result<SurveyResponse> Change(Survey survey, SurveyResponse present) => present.CompletedAt is null
        ? Apply(survey, present, completes: Input.Completed.Value ?? false)
        : Problem.Conflict("response_completed", "This response is completed and no longer changes. Send a new response instead.");

    private Result<SurveyResponse> Apply(Survey survey, SurveyResponse present, bool completes)
    {
        if (survey.Status != SurveyStatus.Active)
            return Problem.Conflict("survey_not_active", $"This survey is {survey.Status.Name()} and takes no responses. Set its status to active first.");
        var faults = new FaultList();
        var given = Input.Answers.Value ?? new Dictionary<string, AnswerInput?>();
        AnswerRules.Check(survey.Questions, given, faults);
        CheckObject("embeddedData", Input.EmbeddedData.Value, faults);
        CheckObject("metadata", Input.Metadata.Value, faults);
        if (Input.Completed is { IsGiven: true, Value: null })
            faults.Add("completed", "required", "completed must be true or false.");
        var answers = Merge(present.Answers, given);
        if (completes)
            AnswerRules.CheckRequired(survey.Questions, answers, faults);
        if (faults.Any)
            return faults.ToProblem();
        return present with
        {
            Answers = answers,
            EmbeddedData = Input.EmbeddedData.IsGiven ? Input.EmbeddedData.Value ?? JsonText.EmptyObject : present.EmbeddedData,
            Metadata = Input.Metadata.IsGiven ? Input.Metadata.Value ?? JsonText.EmptyObject : present.Metadata,
            CompletedAt = completes ? Now : null,
            UpdatedAt = Now,
        };
    }

    private static Dictionary<string, Answer> Merge(IReadOnlyDictionary<string, Answer> present, IReadOnlyDictionary<string, AnswerInput?> given)
    {
        var answers = new Dictionary<string, Answer>(present, StringComparer.Ordinal);
        foreach (var (id, answer) in given)
        {
            if (answer is null)
                answers.Remove(id);
            else
                answers[id] = new Answer(answer.HasValue ? answer.Value : null, [.. (answer.ChoiceIds ?? []).OfType<string>()]);
        }

        return answers;
    }

    private static void CheckObject(string field, JsonElement? value, FaultList faults)
    {
        if (value is not { } json)
            return;
        if (json.ValueKind != JsonValueKind.Object)
            faults.Add(field, "wrong_type", $"{field} must be a JSON object.");
        else if (JsonText.TryWrite(json) is not { } bytes)
            faults.Add(field, "invalid_text", $"{field} holds a text that is not valid Unicode.");
        else if (bytes.Length > MaxObjectBytes)
            faults.Add(field, "too_large", $"{field} may have at most {MaxObjectBytes} bytes; it has {bytes.Length}.");
        else if (JsonDepth.IsTooDeep(json))
            faults.Add(field, "too_deep", $"{field} may nest at most {JsonDepth.Max} levels.");
    }
}
