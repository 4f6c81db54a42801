namespace Gatepost.Providers;

/// <summary>E-mail addresses without the name in front of them.</summary>
internal static class EmailAddress
{
    /// <returns>The address of <c>Name &lt;address&gt;</c>; anything else as it is, trimmed; null when nothing is left.</returns>
    public static string? Bare(string? text)
    {
        var trimmed = text?.Trim() ?? "";
        var open = trimmed.LastIndexOf('<');
        var bare = open >= 0 && trimmed.EndsWith('>') ? trimmed[(open + 1)..^1].Trim() : trimmed;
        return bare.Length == 0 ? null : bare;
    }
}
