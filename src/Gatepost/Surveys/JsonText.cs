using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gatepost.Surveys;

/// <summary>JSON that customers bring and that is stored and passed on.</summary>
internal static class JsonText
{
    // Never put into HTML: non-ASCII text stays readable and short.
    private static readonly JsonSerializerOptions Compact = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    public static JsonElement EmptyObject { get; } = JsonElement.Parse("{}");

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Compact);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Compact)!;

    /// <summary>The text of a JSON string; null for any other kind, and for half a surrogate pair, which is no Unicode.</summary>
    public static string? ReadText(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Without blanks between its parts, UTF-8; null where a text in it is no Unicode.</summary>
    public static byte[]? TryWrite(JsonElement value)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(value, Compact);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
