using System.Text.Json;

namespace Gatepost.Events.Schemas;

/// <summary>One compiled schema. Like JSON Schema itself, a rule about a type says nothing about values of another type.</summary>
internal sealed class SchemaNode
{
    public static SchemaNode Anything { get; } = new();

    public JsonTypes Types { get; init; } = JsonTypes.Any;

    /// <summary>enum and const; null allows every value.</summary>
    public SchemaValues? Values { get; init; }

    public SchemaText? Text { get; init; }

    public SchemaMembers? Members { get; init; }

    public SchemaNode? Items { get; init; }

    /// <param name="faults">
    /// Null asks for the verdict only: it stops at the first fault and allocates nothing. That is the usual case, and it is why
    /// <see cref="EventSchema"/> asks twice for data that is refused.
    /// </param>
    public bool Check(JsonElement value, SchemaFaults? faults)
    {
        if (!Types.Include(value))
        {
            faults?.Add("wrong_type", $"must be of type {Types.InWords()}.");
            return false;
        }

        if (Values is not null && !Values.Check(value, faults))
            return false;
        return value.ValueKind switch
        {
            JsonValueKind.String => Text is null || Text.Check(value, faults),
            JsonValueKind.Object => Members is null || Members.Check(value, faults),
            JsonValueKind.Array => Items is null || CheckItems(Items, value, faults),
            _ => true,
        };
    }

    private static bool CheckItems(SchemaNode schema, JsonElement array, SchemaFaults? faults)
    {
        var (valid, index) = (true, 0);
        foreach (var item in array.EnumerateArray())
        {
            valid &= schema.Check(item, faults?.Item(index++));
            if (!valid && faults is null)
                return false;
        }

        return valid;
    }
}
