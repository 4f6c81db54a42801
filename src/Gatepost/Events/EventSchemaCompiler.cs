using System.Text.Json;
using Gatepost.Events.Schemas;

namespace Gatepost.Events;

/// <summary>
/// Makes checks of a JSON Schema 2020-12. A keyword that it does not know is refused, not skipped: the published schema and the
/// verdict must never drift apart.
/// </summary>
internal static class EventSchemaCompiler
{
    /// <exception cref="NotSupportedException">The schema uses what the checks cannot do.</exception>
    public static EventSchema Compile(JsonElement schema) => new(CompileNode(schema, "#"));

    private static SchemaNode CompileNode(JsonElement schema, string path)
    {
        if (schema.ValueKind == JsonValueKind.True)
            return SchemaNode.Anything;
        if (schema.ValueKind != JsonValueKind.Object)
            throw NotSupported(path, "a schema that is no object");
        foreach (var keyword in schema.EnumerateObject())
            RefuseUnknown(keyword.Name, path);
        return new SchemaNode
        {
            Types = schema.TryGetProperty("type", out var type) ? CompileTypes(type, path) : JsonTypes.Any,
            Values = CompileValues(schema, path),
            Text = CompileText(schema, path),
            Members = CompileMembers(schema, path),
            Items = schema.TryGetProperty("items", out var items) ? CompileNode(items, path + "/items") : null,
        };
    }

    private static void RefuseUnknown(string keyword, string path)
    {
        if (keyword is not ("$schema" or "title" or "description" or "examples"
            or "type" or "enum" or "const" or "format" or "minLength" or "maxLength"
            or "properties" or "required" or "additionalProperties" or "items"))
            throw NotSupported(path, $"the keyword {keyword}");
    }

    private static JsonTypes CompileTypes(JsonElement type, string path) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Aggregate(JsonTypes.None, (types, one) => types | CompileType(one, path))
        : CompileType(type, path);

    private static JsonTypes CompileType(JsonElement type, string path) => type.GetString() switch
    {
        "null" => JsonTypes.Null,
        "boolean" => JsonTypes.Boolean,
        "integer" => JsonTypes.Integer,
        "number" => JsonTypes.Number,
        "string" => JsonTypes.String,
        "array" => JsonTypes.Array,
        "object" => JsonTypes.Object,
        var other => throw NotSupported(path, $"the type {other}"),
    };

    private static SchemaValues? CompileValues(JsonElement schema, string path)
    {
        var hasConst = schema.TryGetProperty("const", out var constant);
        if (!schema.TryGetProperty("enum", out var allowed))
            return hasConst ? CompileValues([constant], path) : null;
        return hasConst ? throw NotSupported(path, "const beside enum") : CompileValues([.. allowed.EnumerateArray()], path);
    }

    private static SchemaValues CompileValues(IReadOnlyList<JsonElement> values, string path)
    {
        foreach (var value in values.Where(v => v.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)))
            throw NotSupported(path, $"the value {value.GetRawText()}");
        var texts = values.Where(v => v.ValueKind == JsonValueKind.String).Select(v => PlainText(v.GetString()!, path));
        return new SchemaValues([.. texts], values.Any(v => v.ValueKind == JsonValueKind.Null));
    }

    private static SchemaText? CompileText(JsonElement schema, string path)
    {
        var hasFormat = schema.TryGetProperty("format", out var format);
        var hasMin = schema.TryGetProperty("minLength", out var min);
        var hasMax = schema.TryGetProperty("maxLength", out var max);
        if (!hasFormat && !hasMin && !hasMax)
            return null;
        return new SchemaText
        {
            Format = hasFormat ? CompileFormat(format, path) : TextFormat.None,
            MinLength = hasMin ? min.GetInt32() : 0,
            MaxLength = hasMax ? max.GetInt32() : int.MaxValue,
        };
    }

    private static TextFormat CompileFormat(JsonElement format, string path) => format.GetString() switch
    {
        "uuid" => TextFormat.Uuid,
        "date-time" => TextFormat.Instant,
        var other => throw NotSupported(path, $"the format {other}"),
    };

    private static SchemaMembers? CompileMembers(JsonElement schema, string path)
    {
        var required = schema.TryGetProperty("required", out var names)
            ? names.EnumerateArray().Select(n => n.GetString()!).ToList()
            : [];
        var properties = schema.TryGetProperty("properties", out var members)
            ? members.EnumerateObject().ToDictionary(m => m.Name, m => CompileNode(m.Value, $"{path}/properties/{m.Name}"))
            : [];
        var additional = CompileAdditional(schema, path);
        var known = properties.Keys.Union(required, StringComparer.Ordinal)
            .Select(name => new SchemaMember(
                PlainText(name, path), properties.GetValueOrDefault(name, additional ?? SchemaNode.Anything), required.Contains(name)))
            .ToList();
        if (known.Count > SchemaMembers.MaxKnown)
            throw NotSupported(path, $"more than {SchemaMembers.MaxKnown} members");
        return known.Count == 0 && additional is null ? null : new SchemaMembers(known, additional);
    }

    // A receiver must cope with members that are new; closing an object would turn every addition into a refusal.
    private static SchemaNode? CompileAdditional(JsonElement schema, string path)
    {
        if (!schema.TryGetProperty("additionalProperties", out var additional) || additional.ValueKind == JsonValueKind.True)
            return null;
        return CompileNode(additional, path + "/additionalProperties");
    }

    // What JsonText.Ascii can give back: anything else would never match.
    private static string PlainText(string text, string path) =>
        text.Length is > 0 and <= JsonText.MaxUnescaped && text.All(char.IsAscii) && !text.Any(c => char.IsControl(c) || c is '"' or '\\')
            ? text
            : throw NotSupported(path, $"the text {text}");

    private static NotSupportedException NotSupported(string path, string what) =>
        new($"At {path}: {what} is not supported in an event schema.");
}
