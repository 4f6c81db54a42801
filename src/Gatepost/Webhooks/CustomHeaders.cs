namespace Gatepost.Webhooks;

/// <summary>The headers that a webhook adds to its requests, in the order given. Names are case-insensitive (RFC 9110 5.1).</summary>
internal static class CustomHeaders
{
    public const int MaxCount = 32;

    /// <summary>Names and values together, in bytes (all ASCII).</summary>
    public const int MaxTotal = 16 * 1024;

    public static IReadOnlyList<KeyValuePair<string, string>> None { get; } = [];

    /// <summary>Replaces, adds and (with a null value) removes by name; a replaced header keeps its place and takes the new spelling.</summary>
    public static List<KeyValuePair<string, string>> Merge(
        IReadOnlyList<KeyValuePair<string, string>> present, IReadOnlyDictionary<string, string?> changes)
    {
        var merged = present.ToList();
        foreach (var (name, value) in changes)
        {
            var at = merged.FindIndex(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (value is null && at >= 0)
                merged.RemoveAt(at);
            else if (value is not null && at >= 0)
                merged[at] = new(name, value);
            else if (value is not null)
                merged.Add(new(name, value));
        }

        return merged;
    }

    /// <summary>Checks what only the whole set can tell: how many, and how large together.</summary>
    public static void CheckTogether(IReadOnlyCollection<KeyValuePair<string, string>> headers, FaultList faults)
    {
        if (headers.Count > MaxCount)
            faults.Add("headers", "too_many", $"A webhook may have at most {MaxCount} headers; it would have {headers.Count}.");
        var total = headers.Sum(h => (long)h.Key.Length + h.Value.Length);
        if (total > MaxTotal)
            faults.Add("headers", "too_large", $"Header names and values may have at most {MaxTotal} bytes together; they would have {total}.");
    }
}
