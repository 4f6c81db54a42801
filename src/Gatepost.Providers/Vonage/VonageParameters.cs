using System.Text.Json;

namespace Gatepost.Providers.Vonage;

/// <summary>
/// The parameters of an SMS API callback: a query, a form or a flat JSON object. Both the signature and the events are read from here,
/// so whatever could be read in two ways is refused: the signed text has no escapes.
/// </summary>
internal static class VonageParameters
{
    /// <returns>In ordinal order of their names.</returns>
    /// <exception cref="CallbackFormatException">They can be read in two ways, or not at all.</exception>
    public static IReadOnlyDictionary<string, string> Read(CallbackRequest request)
    {
        if (request.RawQuery.Length > 0 && !request.Body.IsEmpty)
            throw new CallbackFormatException("Parameters came both in the query and in the body.");
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in request.Body.IsEmpty ? Form(CallbackForm.Parse(request.RawQuery)) : Body(request.Body))
        {
            if (name.AsSpan().ContainsAny('&', '='))
                throw new CallbackFormatException("A parameter's name holds a separator.");
            if (!found.TryAdd(name, value))
                throw new CallbackFormatException("A parameter came twice.");
        }

        return found;
    }

    private static IEnumerable<(string Name, string Value)> Body(ReadOnlyMemory<byte> body) =>
        body.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] ? Members(CallbackJson.Parse(body)) : Form(CallbackForm.Parse(body));

    private static IEnumerable<(string Name, string Value)> Form(CallbackForm form) => form.Fields.Select(field => (field.Key, field.Value));

    /// <summary>Null is left out; a number or a boolean stands as it was written.</summary>
    private static IEnumerable<(string Name, string Value)> Members(JsonElement json)
    {
        foreach (var (name, value) in json.Members())
        {
            if (value.ValueKind == JsonValueKind.Null)
                continue;
            yield return (name, ((JsonElement?)value).AsText() ?? throw new CallbackFormatException("A parameter holds other parameters."));
        }
    }
}
