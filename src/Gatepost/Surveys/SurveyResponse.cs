using System.Text.Json;

namespace Gatepost.Surveys;

/// <summary>One person's answers to a survey. Once completed it no longer changes.</summary>
internal sealed record SurveyResponse
{
    public required Guid Id { get; init; }

    public required Guid SurveyId { get; init; }

    /// <summary>By question id.</summary>
    public required IReadOnlyDictionary<string, Answer> Answers { get; init; }

    /// <summary>A JSON object, <c>{}</c> by default: what the survey was embedded with.</summary>
    public required JsonElement EmbeddedData { get; init; }

    /// <summary>A JSON object, <c>{}</c> by default.</summary>
    public required JsonElement Metadata { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Both members are always there; a question of one kind leaves the other empty.</summary>
/// <param name="Value">A JSON scalar; null for a choice and for no answer.</param>
internal sealed record Answer(JsonElement? Value, IReadOnlyList<string> ChoiceIds);
