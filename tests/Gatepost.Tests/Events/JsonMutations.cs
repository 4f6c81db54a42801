using System.Text.Json.Nodes;

namespace Gatepost.Tests.Events;

/// <summary>
/// Many ways to change one place of a document, harmless ones too. Left out is what the oracle does not know: it takes 1.0 for no
/// integer, and for an instant a day alone or month 13.
/// </summary>
internal static class JsonMutations
{
    // A null has no node of its own to hold on to: it is marked while the document is changed.
    private const string Null = "\"(null)\"";

    private static readonly string[] Replacements =
    [
        "null", "true", "0", "12", "1.5", "\"\"", "\"x\"", "\"open\"", "\"high\"", "\"Open\"", "\"firstResponse\"",
        "\"0194687b-3c1e-7a52-9d0f-2b6f5a1c8e44\"", "\"0194687b-3c1e-7a52-9d0f-2b6f5a1c8e4\"", "\"2025-01-15T10:30:00.000Z\"",
        "{}", "[]", "[1]", "[\"a\"]", "[{}]", """{"a":1}""", """{"a":{"from":1,"to":2}}""", """{"a":{"from":1}}""",
        """{"a":{"value":1,"choiceIds":[]}}""", """{"a":{"value":1,"choiceIds":[1]}}""",
        $"\"{new string('ä', 500)}\"", $"\"{new string('ä', 501)}\"",
    ];

    public static IEnumerable<string> Of(string document)
    {
        var marked = document.Replace("null", Null, StringComparison.Ordinal);
        for (var place = 0; place < Places(JsonNode.Parse(marked)!).Count(); place++)
        {
            foreach (var replacement in Replacements)
                yield return Mutate(marked, place, spot => spot.ReplaceWith(JsonNode.Parse(replacement)));
            yield return Mutate(marked, place, Remove);
            yield return Mutate(marked, place, spot => (spot.Parent as JsonObject)?.Insert(0, "added", 1));
        }
    }

    private static string Mutate(string document, int place, Action<JsonNode> mutate)
    {
        var root = JsonNode.Parse(document)!;
        mutate(Places(root).ElementAt(place));
        return root.ToJsonString().Replace(Null, "null", StringComparison.Ordinal);
    }

    private static void Remove(JsonNode spot)
    {
        if (spot.Parent is JsonObject parent)
            parent.Remove(spot.GetPropertyName());
        else
            (spot.Parent as JsonArray)?.Remove(spot);
    }

    private static IEnumerable<JsonNode> Places(JsonNode node) => node switch
    {
        JsonObject o => o.SelectMany(m => WithInner(m.Value)),
        JsonArray a => a.SelectMany(WithInner),
        _ => [],
    };

    private static IEnumerable<JsonNode> WithInner(JsonNode? node) => node is null ? [] : [node, .. Places(node)];
}
