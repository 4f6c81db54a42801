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

    public static JsonElement? Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && Find(json, name) is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } value ? value : null;

    public static JsonElement? Member(this JsonElement? json, string name) => json?.Member(name);

    public static string? Text(this JsonElement json, string name) => json.Member(name).AsText();

    public static string? Text(this JsonElement? json, string name) => json?.Text(name);

    public static string? AsText(this JsonElement? value) => value?.ValueKind switch
    {
        JsonValueKind.String => Decode(value.Value),
        JsonValueKind.Number => value.Value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    /// <summary>The value as what <see cref="CallbackEvent.Extra"/> may hold.</summary>
    public static object? Plain(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.Members().DistinctBy(m => m.Name).ToDictionary(m => m.Name, m => m.Value.Plain()),
        JsonValueKind.Array => value.EnumerateArray().Select(Plain).ToList(),
        JsonValueKind.Number when value.TryGetInt64(out var whole) => whole,
        JsonValueKind.Number when value.TryGetDecimal(out var number) => number,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => AsText(value),
    };

    /// <summary>An object's members; those whose name is no text are left out.</summary>
    public static IEnumerable<(string Name, JsonElement Value)> Members(this JsonElement json)
    {
        foreach (var member in json.EnumerateObject())
        {
            string name;
            try
            {
                name = member.Name;
            }
            catch (InvalidOperationException)
            {
                continue;
            }

            yield return (name, member.Value);
        }
    }

    /// <summary>The items of an array; one object stands for an array of itself; nothing is none.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.Array } array => array.EnumerateArray(),
        { ValueKind: JsonValueKind.Object } one => [one],
        _ => [],
    };

    private static JsonElement? Find(JsonElement json, string name)
    {
        try
        {
            return json.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            // Another member's name is no text.
            return json.Members().LastOrDefault(m => m.Name == name).Value;
        }
    }

    /// <summary>Half a surrogate pair (<c>"\ud83d"</c>) and invalid UTF-8 pass the parser and are found here: such a text counts as absent.</summary>
    private static string? Decode(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

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
}
