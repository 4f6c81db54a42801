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

    public Optional<bool?> Completed { get; init; }
}

/// <summary>An answer as sent.</summary>
internal sealed record AnswerInput
{
    public JsonElement? Value { get; init; }

    public IReadOnlyList<string?>? ChoiceIds { get; init; }

    // Not public, and so no members of the JSON. Null and an absent value are the same.
    internal bool HasValue => Value is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };

    internal bool HasChoices => ChoiceIds is { Count: > 0 };
}
