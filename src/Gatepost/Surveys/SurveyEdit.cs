namespace Gatepost.Surveys;

/// <summary>Applies what a client sent to what is there. Pure: ids are made before, so that the store may run it again.</summary>
/// <param name="input">Checked by <see cref="SurveyRules"/>.</param>
internal sealed class SurveyEdit(SurveyInput input, DateTimeOffset now)
{
    private readonly IReadOnlyList<Question>? questions = input.Questions.Value?.Select(q => Make(q!, now)).ToList();

    public Survey Create() => Apply(new Survey
    {
        Id = Guid.CreateVersion7(now),
        Title = "",
        Status = SurveyStatus.Active,
        Questions = [],
        CreatedAt = now,
        UpdatedAt = now,
    });

    public Survey Apply(Survey present) => present with
    {
        Title = input.Title.Value ?? present.Title,
        Status = SurveyStatuses.Parse(input.Status.Value) ?? present.Status,
        Questions = questions ?? present.Questions,
        UpdatedAt = now,
    };

    private static Question Make(QuestionInput question, DateTimeOffset now) => new()
    {
        Id = question.Id ?? NewId(now),
        Type = QuestionTypes.Parse(question.Type)!.Value,
        Title = question.Title!,
        Required = question.Required ?? false,
        Choices = question.Choices?.Select(c => new Choice(c!.Id ?? NewId(now), c.Label!)).ToList(),
    };

    private static string NewId(DateTimeOffset now) => Guid.CreateVersion7(now).ToString();
}
