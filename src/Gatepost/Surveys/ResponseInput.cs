using System.Text.Json;

namespace Gatepost.Surveys;

/// <summary>What a client sends to create or change a response.</summary>
/// <remarks>Not yet checked.</remarks>
internal sealed record ResponseInput
{
    /// <summary>By question id. A change merges them into what is there; a null answer removes it.</summary>
    public Optional<IReadOnlyDictionary<string, AnswerInput?>> Answers { get; init; }

    /// <summary>Replaces what is there; null empties it.</summary>
    public Optional<JsonElement?> EmbeddedData { get; init; }

    /// <summary>Replaces what is there; null empties it.</summary>
    public Optional<JsonElement?> Metadata { get; init; }

    /// <summary>true when absent; false stores a response that goes on later.</summary>
    public Optional<bool?> Completed { get; init; }
}

/// <summary>An answer as sent.</summary>
internal sealed record AnswerInput
{
    /// <summary>
    /// By the question's type: text and long_text a text (up to 10,000 and 100,000 characters); rating a whole number from 1 to 10; nps from 0 to 10;
    /// number any number; date a text such as 2025-01-15; yes_no true or false. Not for choices.
    /// </summary>
    public JsonElement? Value { get; init; }

    /// <summary>For single_choice (one) and multiple_choice only: ids of the question's choices, each once.</summary>
    public IReadOnlyList<string?>? ChoiceIds { get; init; }

    // Not public, and so no members of the JSON. Null and an absent value are the same.
    internal bool HasValue => Value is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };

    internal bool HasChoices => ChoiceIds is { Count: > 0 };
}
