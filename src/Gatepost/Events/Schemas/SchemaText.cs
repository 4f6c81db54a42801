using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Gatepost.Events.Schemas;

internal enum TextFormat
{
    None,
    Uuid,
    Instant,
}

/// <summary>The keywords about strings: format, minLength, maxLength.</summary>
internal sealed class SchemaText
{
    // A character outside the BMP, written as two \uXXXX.
    private const int LongestCharacter = 12;

    public TextFormat Format { get; init; }

    public int MinLength { get; init; }

    public int MaxLength { get; init; } = int.MaxValue;

    public bool Check(JsonElement value, SchemaFaults? faults)
    {
        var text = JsonMarshal.GetRawUtf8Value(value)[1..^1];
        return CheckFormat(text, faults) & CheckLength(text, faults);
    }

    private bool CheckFormat(ReadOnlySpan<byte> escaped, SchemaFaults? faults)
    {
        if (Format == TextFormat.None)
            return true;
        Span<byte> buffer = stackalloc byte[JsonText.MaxUnescaped];
        var text = JsonText.Ascii(escaped, buffer);
        if (Format == TextFormat.Uuid ? IsUuid(text) : JsonInstant.IsValid(text))
            return true;
        if (Format == TextFormat.Uuid)
            faults?.Add("invalid_uuid", "must be a UUID, such as 0194687b-3c1e-7a52-9d0f-2b6f5a1c8e44.");
        else
            faults?.Add("invalid_instant", "must be an ISO 8601 instant with an offset, such as 2025-01-15T10:30:00.000Z.");
        return false;
    }

    private static bool IsUuid(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out Guid _, out var read, 'D') && read == text.Length;

    private bool CheckLength(ReadOnlySpan<byte> escaped, SchemaFaults? faults)
    {
        // Mostly the number of bytes already tells.
        if (escaped.Length <= MaxLength && escaped.Length >= (long)MinLength * LongestCharacter)
            return true;
        var length = JsonText.CountCharacters(escaped);
        if (length < MinLength)
            faults?.Add("too_short", $"needs at least {MinLength} characters; it has {length}.");
        else if (length > MaxLength)
            faults?.Add("too_long", $"may have at most {MaxLength} characters; it has {length}.");
        return length >= MinLength && length <= MaxLength;
    }
}
