namespace Gatepost.Surveys;

/// <summary>What a client sends to create or change a survey.</summary>
/// <remarks>Not yet checked.</remarks>
internal sealed record SurveyInput
{
    /// <summary>1-500 characters.</summary>
    public Optional<string> Title { get; init; }

    /// <summary>1-200, all of them: a change replaces the list.</summary>
    public Optional<IReadOnlyList<QuestionInput?>> Questions { get; init; }

    /// <summary>active when absent; only an active survey takes responses.</summary>
    public Optional<string> Status { get; init; }
}

/// <summary>A question as sent; an absent id is made.</summary>
internal sealed record QuestionInput
{
    public string? Id { get; init; }

    /// <summary>What an answer is: see the answer's value and choiceIds.</summary>
    public string? Type { get; init; }

    /// <summary>1-1,000 characters.</summary>
    public string? Title { get; init; }

    /// <summary>Whether a response can be completed only with an answer to it; false when absent.</summary>
    public bool? Required { get; init; }

    /// <summary>1-200 for single_choice and multiple_choice; not for other types.</summary>
    public IReadOnlyList<ChoiceInput?>? Choices { get; init; }
}

/// <summary>A choice as sent; an absent id is made.</summary>
internal sealed record ChoiceInput
{
    public string? Id { get; init; }

    /// <summary>1-500 characters.</summary>
    public string? Label { get; init; }
}
