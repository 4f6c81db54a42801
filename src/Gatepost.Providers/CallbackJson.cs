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

    /// <exception cref="CallbackFormatException">A name before it is no Unicode.</exception>
    public static JsonElement? Member(this JsonElement json, string name) => Readable<JsonElement?>(() =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value : null);

    public static JsonElement? Member(this JsonElement? json, string name) => json?.Member(name);

    public static string? Text(this JsonElement json, string name) => json.Member(name).AsText();

    public static string? Text(this JsonElement? json, string name) => json?.Text(name);

    /// <exception cref="CallbackFormatException">It is no Unicode: half a surrogate pair, or bytes that are no UTF-8.</exception>
    public static string? AsText(this JsonElement? value) => value?.ValueKind switch
    {
        JsonValueKind.String => Readable(value.Value.GetString),
        JsonValueKind.Number => value.Value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    /// <summary>A text, and nothing else: numbers and booleans are null here.</summary>
    public static string? StrictText(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.String } text ? AsText(text) : null;

    /// <summary>The items of an array; one object stands for an array of itself; nothing is none.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.Array } array => array.EnumerateArray(),
        { ValueKind: JsonValueKind.Object } one => [one],
        _ => [],
    };

    /// <summary>As texts, numbers, booleans, lists and maps, for <see cref="CallbackEvent.Extra"/>.</summary>
    public static object? Plain(this JsonElement? value) => value?.ValueKind switch
    {
        JsonValueKind.Number => value.Value.TryGetInt64(out var whole) ? whole : value.Value.TryGetDecimal(out var number) ? number : value.AsText(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => value.Value.EnumerateArray().Select(item => Plain(item)).ToList(),
        JsonValueKind.Object => value.Value.Members().GroupBy(m => m.Name).ToDictionary(same => same.Key, same => Plain(same.Last().Value)),
        _ => value.AsText(),
    };

    /// <summary>An object's members as they stand, repeated names too; none when it is no object.</summary>
    public static IEnumerable<(string Name, JsonElement Value)> Members(this JsonElement json) =>
        json.ValueKind == JsonValueKind.Object ? json.EnumerateObject().Select(member => (Readable(() => member.Name), member.Value)) : [];

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

    private static T Readable<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException e)
        {
            throw new CallbackFormatException("A text in the JSON is no Unicode.", e);
        }
    }
}
