using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Gatepost.Tickets;

/// <summary>The free JSON object of a ticket, kept and shown as it was sent.</summary>
internal static class CustomFields
{
    private const int MaxBytes = 32 * 1024;

    // Events nest it a few levels deeper, and receivers' parsers commonly stop at 64.
    private const int MaxDepth = 32;

    public static JsonElement Empty { get; } = JsonSerializer.Deserialize<JsonElement>("{}");

    public static JsonElement Of(IReadOnlyDictionary<string, JsonElement>? members) =>
        members is null ? Empty : JsonSerializer.SerializeToElement(members);

    public static void Check(IReadOnlyDictionary<string, JsonElement> members, FaultList faults)
    {
        if (!TryMeasure(members, out var bytes))
            faults.Add("customFields", "invalid_text", "A text in customFields holds half of a surrogate pair; send whole Unicode characters.");
        else if (bytes > MaxBytes)
            faults.Add("customFields", "too_large", $"customFields may have at most {MaxBytes} bytes; it has {bytes}.");
        if (members.Values.Any(v => IsDeeperThan(v, MaxDepth - 1)))
            faults.Add("customFields", "too_deep", $"customFields may nest at most {MaxDepth} levels.");
    }

    private static bool TryMeasure(IReadOnlyDictionary<string, JsonElement> members, [NotNullWhen(true)] out int? bytes)
    {
        try
        {
            bytes = JsonSerializer.SerializeToUtf8Bytes(members, TicketJson.Relaxed).Length;
            return true;
        }
        catch (JsonException)
        {
            // The parser does not look into texts that nobody reads: a lone surrogate shows only now.
            bytes = null;
            return false;
        }
    }

    private static bool IsDeeperThan(JsonElement value, int levels) => value.ValueKind switch
    {
        JsonValueKind.Object => levels == 0 || value.EnumerateObject().Any(m => IsDeeperThan(m.Value, levels - 1)),
        JsonValueKind.Array => levels == 0 || value.EnumerateArray().Any(v => IsDeeperThan(v, levels - 1)),
        _ => false,
    };
}
