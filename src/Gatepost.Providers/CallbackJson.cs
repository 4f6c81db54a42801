using System.Globalization;
using System.Text.Json;

namespace Gatepost.Providers;

/// <summary>Reads providers' JSON leniently: a missing member is null, a number where a text was expected is its text.</summary>
internal static class CallbackJson
{
    /// <exception cref="CallbackFormatException">It is no JSON.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 }).RootElement;
        }
        catch (JsonException e)
        {
            throw new CallbackFormatException("The body is no JSON.", e);
        }
    }

    /// <exception cref="CallbackFormatException">A name holds octets that are no text.</exception>
    public static JsonElement? Member(this JsonElement json, string name) => Decode(json, name, static (json, name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value : (JsonElement?)null);

    public static JsonElement? Member(this JsonElement? json, string name) => json?.Member(name);

    public static string? Text(this JsonElement json, string name) => json.Member(name).AsText();

    public static string? Text(this JsonElement? json, string name) => json?.Text(name);

    /// <exception cref="CallbackFormatException">It holds octets that are no text.</exception>
    public static string? AsText(this JsonElement? value) => value?.ValueKind switch
    {
        JsonValueKind.String => Decode(value.Value, 0, static (text, _) => text.GetString()),
        JsonValueKind.Number => value.Value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    /// <summary>A text, and nothing else: numbers and booleans are null here.</summary>
    public static string? StrictText(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.String } text ? AsText(text) : null;

    /// <summary>Texts, numbers, booleans, lists and maps of these.</summary>
    public static object? ToPlain(this JsonElement? value) => value?.ValueKind switch
    {
        JsonValueKind.Object => Decode(value.Value, 0, static (map, _) => Map(map)),
        JsonValueKind.Array => value.Value.EnumerateArray().Select(item => ToPlain(item)).ToList(),
        JsonValueKind.Number => value.Value.TryGetInt64(out var whole) ? whole : value.Value.GetRawText(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => AsText(value),
    };

    /// <summary>The items of an array; one object stands for an array of itself; nothing is none.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.Array } array => array.EnumerateArray(),
        { ValueKind: JsonValueKind.Object } one => [one],
        _ => [],
    };

    /// <summary>Unix time: seconds (with a fraction perhaps) or, from 10^11 on, milliseconds; null when it is neither.</summary>
    public static DateTimeOffset? UnixTime(string? text)
    {
        if (!decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) || number is < 0 or > 99_999_999_999_999)
            return null;
        return DateTimeOffset.FromUnixTimeMilliseconds((long)(number >= 100_000_000_000 ? number : number * 1000));
    }

    /// <summary>ISO 8601; without an offset it is UTC.</summary>
    public static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    private static Dictionary<string, object?> Map(JsonElement json)
    {
        var map = new Dictionary<string, object?>();
        foreach (var member in json.EnumerateObject())
            map[member.Name] = ToPlain(member.Value);
        return map;
    }

    // Invalid UTF-8 and lone surrogates pass the parser and fail on reading.
    private static TResult Decode<TArgument, TResult>(JsonElement json, TArgument argument, Func<JsonElement, TArgument, TResult> read)
    {
        try
        {
            return read(json, argument);
        }
        catch (InvalidOperationException e)
        {
            throw new CallbackFormatException("The JSON holds octets that are no text.", e);
        }
    }
}
