using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Gatepost.Tickets;

/// <summary>The free JSON object of a ticket, kept and shown as it was sent.</summary>
internal static class CustomFields
{
    private const int MaxBytes = 32 * 1024;

    public static JsonElement Empty { get; } = JsonSerializer.Deserialize<JsonElement>("{}");

    public static JsonElement Of(IReadOnlyDictionary<string, JsonElement>? members) =>
        members is null ? Empty : JsonSerializer.SerializeToElement(members);

    public static void Check(IReadOnlyDictionary<string, JsonElement> members, FaultList faults)
    {
        if (!TryMeasure(members, out var bytes))
            faults.Add("customFields", "invalid_text", "A text in customFields holds half of a surrogate pair; send whole Unicode characters.");
        else if (bytes > MaxBytes)
            faults.Add("customFields", "too_large", $"customFields may have at most {MaxBytes} bytes; it has {bytes}.");
        if (members.Values.Any(v => JsonDepth.IsTooDeep(v, JsonDepth.Max - 1)))
            faults.Add("customFields", "too_deep", $"customFields may nest at most {JsonDepth.Max} levels.");
    }

    /// <summary>Whether both hold the same values, in whatever order and notation.</summary>
    public static bool AreSame(JsonElement a, JsonElement b)
    {
        try
        {
            return JsonElement.DeepEquals(a, b);
        }
        catch (ArgumentOutOfRangeException)
        {
            // A number with an exponent of ten digits: such are the same only where their texts are.
            return a.GetRawText() == b.GetRawText();
        }
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
}
