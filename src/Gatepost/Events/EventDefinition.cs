using System.Text.Json;

namespace Gatepost.Events;

/// <summary>All that the outside may know of one event type.</summary>
internal sealed record EventDefinition
{
    public required EventType Type { get; init; }

    /// <summary>When it fires, in a sentence.</summary>
    public required string Description { get; init; }

    /// <summary>JSON Schema 2020-12 of the envelope's <c>data</c>, without references.</summary>
    public required JsonElement DataSchema { get; init; }

    public required JsonElement DataExample { get; init; }

    /// <summary>JSON Schema 2020-12 of the whole request body, without references.</summary>
    public required JsonElement EnvelopeSchema { get; init; }

    public required JsonElement EnvelopeExample { get; init; }

    /// <summary><see cref="DataSchema"/>, compiled.</summary>
    public required EventSchema Data { get; init; }

    public string Name => Type.Name();
}
