namespace Gatepost.Surveys;

/// <summary>A questionnaire of an organization; its completed responses go to its own webhooks.</summary>
internal sealed record Survey
{
    public required Guid Id { get; init; }

    /// <summary>1-500 characters.</summary>
    public required string Title { get; init; }

    public required SurveyStatus Status { get; init; }

    /// <summary>1-200, in the order they are asked.</summary>
    public required IReadOnlyList<Question> Questions { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
