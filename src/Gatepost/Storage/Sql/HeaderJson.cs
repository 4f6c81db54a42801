using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gatepost.Storage.Sql;

/// <summary>Response headers as a JSON array of [name, value], in the order and number they came.</summary>
internal static class HeaderJson
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    /// <summary>UTF-8, in a buffer of this thread: good until the next call.</summary>
    public static ReadOnlySpan<byte> Write(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var output = buffer ??= new ArrayBufferWriter<byte>(512);
        output.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartArray();
            foreach (var (name, value) in headers)
            {
                json.WriteStartArray();
                json.WriteStringValue(name);
                json.WriteStringValue(value);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return output.WrittenSpan;
    }

    public static string Text(IReadOnlyList<KeyValuePair<string, string>> headers) => Encoding.UTF8.GetString(Write(headers));

    public static IReadOnlyList<KeyValuePair<string, string>> Read(string? json) => json is null
        ? []
        : [.. JsonSerializer.Deserialize<string[][]>(json)!.Select(h => KeyValuePair.Create(h[0], h[1]))];
}
