using System.Text.Json;

namespace Gatepost.Events.Schemas;

/// <summary>The types a JSON Schema knows; a member may take several.</summary>
[Flags]
internal enum JsonTypes
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Integer = 4,
    Number = 8,
    String = 16,
    Array = 32,
    Object = 64,
    Any = 127,
}

internal static class JsonTypesExtensions
{
    public static bool Include(this JsonTypes types, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => (types & JsonTypes.String) != 0,
        JsonValueKind.Object => (types & JsonTypes.Object) != 0,
        JsonValueKind.Array => (types & JsonTypes.Array) != 0,
        JsonValueKind.Null => (types & JsonTypes.Null) != 0,
        JsonValueKind.True or JsonValueKind.False => (types & JsonTypes.Boolean) != 0,
        JsonValueKind.Number => (types & JsonTypes.Number) != 0 || ((types & JsonTypes.Integer) != 0 && IsWhole(value)),
        _ => false,
    };

    /// <summary>Such as <c>string or null</c>.</summary>
    public static string InWords(this JsonTypes types) =>
        string.Join(" or ", Enum.GetValues<JsonTypes>().Where(t => int.IsPow2((int)t) && types.HasFlag(t)).Reverse())
            .ToLowerInvariant();

    // JSON Schema 2020-12, 6.1.1: any number without a fraction is an integer, 1.0 and 1e3 too.
    private static bool IsWhole(JsonElement value)
    {
        if (value.TryGetInt64(out _))
            return true;
        return value.TryGetDecimal(out var exact)
            ? exact == decimal.Truncate(exact)
            : value.TryGetDouble(out var rounded) && rounded == Math.Truncate(rounded);
    }
}
