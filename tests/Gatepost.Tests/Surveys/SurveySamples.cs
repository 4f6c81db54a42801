using System.Text.Json;
using Gatepost.Surveys;

namespace Gatepost.Tests.Surveys;

/// <summary>A survey with a question of every type, ids as the types, and what clients send to it.</summary>
internal static class SurveySamples
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static DateTimeOffset Now { get; } = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    public static Survey Survey(params string[] required) => new()
    {
        Id = Guid.CreateVersion7(),
        Title = "How was it?",
        Status = SurveyStatus.Active,
        Questions = [.. Enum.GetValues<QuestionType>().Select(t => new Question
        {
            Id = t.Name(),
            Type = t,
            Title = "?",
            Required = required.Contains(t.Name()),
            Choices = t.IsChoice() ? [new("a", "A"), new("b", "B")] : null,
        })],
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    /// <param name="answers">JSON; apostrophes stand for quotes.</param>
    public static ResponseInput Input(string? answers, bool? completed = null, string? embeddedData = null) => new()
    {
        Answers = answers is null ? default : new(true, JsonSerializer.Deserialize<Dictionary<string, AnswerInput?>>(answers.Replace('\'', '"'), Web)),
        Completed = completed is null ? default : new(true, completed),
        EmbeddedData = embeddedData is null ? default : new(true, JsonElement.Parse(embeddedData.Replace('\'', '"'))),
    };

    public static Result<SurveyResponse> Respond(Survey survey, string? answers, bool? completed = null, string? embeddedData = null) =>
        new ResponseEdit(Input(answers, completed, embeddedData), Now).Create(Guid.CreateVersion7(), survey);

    /// <summary>Each fault as its field and its code.</summary>
    public static string[] Codes(Problem? problem) =>
        [.. (problem?.Errors ?? new Dictionary<string, IReadOnlyList<Fault>>()).SelectMany(e => e.Value.Select(f => $"{e.Key} {f.Code}"))];
}
