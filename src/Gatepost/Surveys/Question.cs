namespace Gatepost.Surveys;

/// <summary>One question of a survey.</summary>
internal sealed record Question
{
    /// <summary>Unique in the survey: <c>[A-Za-z0-9_-]{1,64}</c>.</summary>
    public required string Id { get; init; }

    public required QuestionType Type { get; init; }

    /// <summary>1-1,000 characters.</summary>
    public required string Title { get; init; }

    /// <summary>Whether a response can be completed without an answer to it.</summary>
    public bool Required { get; init; }

    /// <summary>1-200 where the type is a choice; null for the others.</summary>
    public IReadOnlyList<Choice>? Choices { get; init; }
}

/// <param name="Id">Unique in its question: <c>[A-Za-z0-9_-]{1,64}</c>.</param>
/// <param name="Label">1-500 characters.</param>
internal sealed record Choice(string Id, string Label);
