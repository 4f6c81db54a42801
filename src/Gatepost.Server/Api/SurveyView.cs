using Gatepost.Surveys;

namespace Gatepost.Server.Api;

/// <summary>A survey as the API shows it.</summary>
/// <param name="Status">draft, active or closed; only an active one takes responses.</param>
internal sealed record SurveyView(
    Guid Id, string Title, string Status, IReadOnlyList<QuestionView> Questions, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static SurveyView Of(Survey s) => new(s.Id, s.Title, s.Status.Name(), [.. s.Questions.Select(QuestionView.Of)], s.CreatedAt, s.UpdatedAt);
}

/// <summary>One question of a survey.</summary>
/// <param name="Required">Whether a response can be completed only with an answer to it.</param>
/// <param name="Choices">Null unless the type is a choice.</param>
internal sealed record QuestionView(string Id, string Type, string Title, bool Required, IReadOnlyList<Choice>? Choices)
{
    public static QuestionView Of(Question q) => new(q.Id, q.Type.Name(), q.Title, q.Required, q.Choices);
}
