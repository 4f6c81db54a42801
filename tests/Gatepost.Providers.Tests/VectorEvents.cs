using System.Text.Json;

namespace Gatepost.Providers.Tests;

/// <summary>Compares parsed events with a vector's, as its README says: order does not matter, and only what is named counts.</summary>
internal static class VectorEvents
{
    /// <returns>What differs; empty when nothing does.</returns>
    public static IReadOnlyList<string> Compare(JsonElement expected, IReadOnlyList<CallbackEvent> actual)
    {
        var left = actual.Where(e => e.Kind != CallbackEventKind.Other).ToList();
        var differences = new List<string>();
        foreach (var one in expected.EnumerateArray().Where(e => e.Text("kind") != "other"))
        {
            var best = left.Select(e => (Event: e, Faults: Differences(one, e))).OrderBy(c => c.Faults.Count).FirstOrDefault();
            if (best.Event is null)
                differences.Add($"missing: {one.GetRawText()}");
            else if (best.Faults.Count > 0)
                differences.AddRange(best.Faults);
            if (best.Event is not null)
                left.Remove(best.Event);
        }

        differences.AddRange(left.Select(e => $"unexpected: {e}"));
        return differences;
    }

    private static List<string> Differences(JsonElement expected, CallbackEvent actual)
    {
        var found = new List<string>();
        Check("kind", Name(actual.Kind));
        Check("status", actual.Status is { } s ? Name(s) : null);
        Check("providerStatus", actual.ProviderStatus);
        Check("providerMessageId", actual.ProviderMessageId, Bare);
        Check("providerEventId", actual.ProviderEventId);
        Check("recipient", actual.Recipient, Address);
        Check("from", actual.From, Address);
        Check("to", actual.To, Address);
        Check("channel", Name(actual.Channel));
        Check("text", actual.Text, text => text.Replace("\r\n", "\n", StringComparison.Ordinal).Trim());
        Check("errorCode", actual.ErrorCode);
        Check("terminal", actual.Terminal ? "true" : "false");
        Check("reference", actual.Reference);
        Check("occurredAt", actual.OccurredAt?.UtcDateTime.ToString("s", null), text => DateTimeOffset.Parse(text, null).UtcDateTime.ToString("s", null));
        return found;

        void Check(string member, string? value, Func<string, string>? form = null)
        {
            if (expected.Text(member) is not { } wanted)
                return;
            form ??= text => text;
            if (value is null || form(value) != form(wanted))
                found.Add($"{member}: expected '{wanted}', was '{value}'");
        }
    }

    private static string Name(Enum value) => value.ToString().ToLowerInvariant();

    private static string Bare(string id) => id.Trim('<', '>');

    private static string Address(string text)
    {
        var open = text.LastIndexOf('<');
        var bare = open >= 0 && text.EndsWith('>') ? text[(open + 1)..^1] : text;
        return bare.Contains('@', StringComparison.Ordinal) ? bare.ToLowerInvariant() : bare;
    }
}
