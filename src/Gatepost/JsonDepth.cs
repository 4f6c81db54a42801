using System.Text.Json;

namespace Gatepost;

/// <summary>How deep the free JSON of customers may nest.</summary>
internal static class JsonDepth
{
    /// <summary>Answers and events nest it a few levels deeper, and parsers, ours too, commonly stop at 64.</summary>
    public const int Max = 32;

    /// <param name="value">Its own level counts.</param>
    public static bool IsTooDeep(JsonElement value, int levels = Max) => value.ValueKind switch
    {
        JsonValueKind.Object => levels == 0 || value.EnumerateObject().Any(m => IsTooDeep(m.Value, levels - 1)),
        JsonValueKind.Array => levels == 0 || value.EnumerateArray().Any(v => IsTooDeep(v, levels - 1)),
        _ => false,
    };
}
