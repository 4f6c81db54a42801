namespace Gatepost.Server.Api;

internal enum QueryParameterType
{
    Text,
    Id,
    Instant,
}

/// <summary>What a route says about one of its query parameters: a class that binds several of them puts one on its routes for each.</summary>
internal sealed record QueryParameter(string Name, QueryParameterType Type, string Description)
{
    public static QueryParameter EventType { get; } = new("eventType", QueryParameterType.Text, "Of a type of GET /v1/event-types, or of all that a pattern such as ticket.* matches.");

    /// <summary>The only values; null takes any.</summary>
    public IReadOnlyList<string>? OneOf { get; init; }

    public string? Pattern { get; init; }
}
