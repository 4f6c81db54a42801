using System.Text.Json;
using Gatepost.Providers;
using Gatepost.Server.Api;

namespace Gatepost.Testing.Vectors;

/// <summary>Compares parsed events with a vector's, as its README says: order does not matter, and only what is named counts.</summary>
internal static class VectorEvents
{
    public static JsonElement ToJson(CallbackEvent e) => JsonSerializer.SerializeToElement(CallbackEventView.Of(e), ApiJson.Options);

    /// <param name="actual">As <c>GET /v1/callbacks/{id}</c> shows them.</param>
    /// <returns>What differs; empty when nothing does.</returns>
    public static IReadOnlyList<string> Compare(JsonElement expected, IEnumerable<JsonElement> actual)
    {
        var left = actual.Where(e => e.Text("kind") != "other").ToList();
        var differences = new List<string>();
        foreach (var one in expected.EnumerateArray().Where(e => e.Text("kind") != "other"))
        {
            if (left.Count == 0)
            {
                differences.Add($"missing: {one.GetRawText()}");
                continue;
            }

            var best = left.Select(e => (Event: e, Faults: Differences(one, e))).MinBy(c => c.Faults.Count);
            differences.AddRange(best.Faults);
            left.Remove(best.Event);
        }

        differences.AddRange(left.Select(e => $"unexpected: {e}"));
        return differences;
    }

    private static List<string> Differences(JsonElement expected, JsonElement actual)
    {
        var found = new List<string>();
        foreach (var member in new[] { "kind", "status", "providerStatus", "providerEventId", "channel", "errorCode", "terminal", "reference" })
            Check(member, text => text);
        Check("providerMessageId", id => id.Trim('<', '>'));
        foreach (var member in new[] { "recipient", "from", "to" })
            Check(member, Address);
        Check("text", text => text.Replace("\r\n", "\n", StringComparison.Ordinal).Trim());
        Check("occurredAt", text => DateTimeOffset.Parse(text, null).UtcDateTime.ToString("s", null));
        return found;

        void Check(string member, Func<string, string> form)
        {
            if (expected.Text(member) is not { } wanted)
                return;
            var value = actual.Text(member);
            if (value is null || form(value) != form(wanted))
                found.Add($"{member}: expected '{wanted}', was '{value}'");
        }
    }

    private static string Address(string text)
    {
        var open = text.LastIndexOf('<');
        var bare = open >= 0 && text.EndsWith('>') ? text[(open + 1)..^1] : text;
        return bare.Contains('@', StringComparison.Ordinal) ? bare.ToLowerInvariant() : bare;
    }
}
