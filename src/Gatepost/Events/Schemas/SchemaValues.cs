using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Gatepost.Events.Schemas;

/// <summary>The keywords enum and const, for texts and null.</summary>
internal sealed class SchemaValues(IReadOnlyList<string> texts, bool allowsNull)
{
    private readonly byte[][] utf8 = [.. texts.Select(Encoding.UTF8.GetBytes)];

    public bool Check(JsonElement value, SchemaFaults? faults)
    {
        if (value.ValueKind == JsonValueKind.String ? Holds(value) : allowsNull && value.ValueKind == JsonValueKind.Null)
            return true;
        faults?.Add("unknown_value", $"must be {string.Join(", ", texts)}{(allowsNull ? " or null" : "")}.");
        return false;
    }

    private bool Holds(JsonElement value)
    {
        Span<byte> buffer = stackalloc byte[JsonText.MaxUnescaped];
        var text = JsonText.Ascii(JsonMarshal.GetRawUtf8Value(value)[1..^1], buffer);
        foreach (var allowed in utf8)
        {
            if (text.SequenceEqual(allowed))
                return true;
        }

        return false;
    }
}
