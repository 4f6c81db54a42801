using System.Buffers;
using System.Text.Json;

namespace Gatepost.Events;

/// <summary>Renders the envelopes of product.md: the only place where a request body is written.</summary>
internal static class EventPayload
{
    // Bodies are sent as application/json, never put into HTML: non-ASCII text stays readable and short.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    /// <summary><c>{organizationId, eventType, eventId, timestamp, data}</c></summary>
    /// <param name="writeData">Writes exactly one JSON value: the event's data.</param>
    public static byte[] ForOrganization<TState>(
        Guid organizationId, EventType type, Guid eventId, DateTimeOffset timestamp, TState state, Action<Utf8JsonWriter, TState> writeData) =>
        Render("organizationId", organizationId, type, eventId, timestamp, state, writeData);

    /// <summary><c>{surveyId, eventType, eventId, timestamp, data}</c></summary>
    /// <param name="writeData">Writes exactly one JSON value: the event's data.</param>
    public static byte[] ForSurvey<TState>(
        Guid surveyId, EventType type, Guid eventId, DateTimeOffset timestamp, TState state, Action<Utf8JsonWriter, TState> writeData) =>
        Render("surveyId", surveyId, type, eventId, timestamp, state, writeData);

    private static byte[] Render<TState>(
        string owner, Guid ownerId, EventType type, Guid eventId, DateTimeOffset timestamp, TState state, Action<Utf8JsonWriter, TState> writeData)
    {
        var output = buffer ??= new ArrayBufferWriter<byte>(1024);
        output.ResetWrittenCount();
        var json = writer ??= new Utf8JsonWriter(output, Options);
        json.Reset(output);
        json.WriteStartObject();
        json.WriteString(owner, ownerId);
        json.WriteString("eventType", type.Name());
        json.WriteString("eventId", eventId);
        json.WriteString("timestamp", timestamp.ToText());
        json.WritePropertyName("data");
        writeData(json, state);
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }
}
