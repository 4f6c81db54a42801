namespace Gatepost.Providers;

internal static class InboundText
{
    /// <summary>With LF as its line breaks.</summary>
    public static string? Normalize(string? text) =>
        text?.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
}
