using System.Text.Json;

namespace Gatepost.Peers;

/// <summary>The body of a publish request.</summary>
internal sealed record EventSubmission(string? EventType, Guid? EventId, JsonElement Data);
