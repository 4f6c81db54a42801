namespace Gatepost.Providers.Messagebird;

/// <summary>The query of a status report.</summary>
internal static class MessagebirdQuery
{
    /// <summary>Ordered by name and escaped as forms are: what the old scheme signs.</summary>
    public static string Sorted(string query) => string.Join('&', CallbackForm.Parse(query).Fields
        .OrderBy(field => field.Key, StringComparer.Ordinal)
        .Select(field => $"{Escape(field.Key)}={Escape(Repaired(field.Key, field.Value))}"));

    /// <summary>The time comes with a bare plus sign at times, which decoding makes a space.</summary>
    public static string Repaired(string name, string value) => name == "statusDatetime" ? value.Replace(' ', '+') : value;

    private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
