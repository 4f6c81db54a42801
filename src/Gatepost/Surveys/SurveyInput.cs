namespace Gatepost.Surveys;

/// <summary>What a client sends to create or change a survey.</summary>
/// <remarks>Not yet checked.</remarks>
internal sealed record SurveyInput
{
    public Optional<string> Title { get; init; }

    /// <summary>All of them: a change replaces the list.</summary>
    public Optional<IReadOnlyList<QuestionInput?>> Questions { get; init; }

    public Optional<string> Status { get; init; }
}

/// <summary>A question as sent; an absent id is made.</summary>
internal sealed record QuestionInput
{
    public string? Id { get; init; }

    public string? Type { get; init; }

    public string? Title { get; init; }

    public bool? Required { get; init; }

    public IReadOnlyList<ChoiceInput?>? Choices { get; init; }
}

/// <summary>A choice as sent; an absent id is made.</summary>
internal sealed record ChoiceInput
{
    public string? Id { get; init; }

    public string? Label { get; init; }
}
