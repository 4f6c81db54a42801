using System.Globalization;

namespace Gatepost;

/// <summary>Instants as Gatepost stores and shows them: UTC, whole milliseconds, ISO 8601 with a <c>Z</c>.</summary>
internal static class Instant
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly string[] Accepted =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>Now, cut to whole milliseconds, so that what is stored equals what was said.</summary>
    public static DateTimeOffset GetInstant(this TimeProvider clock) => FromMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());

    public static DateTimeOffset FromMilliseconds(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    public static string ToText(this DateTimeOffset instant) => instant.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Parses an ISO 8601 instant; an offset is required (RFC 3339), the result is UTC, cut to milliseconds.</summary>
    public static bool TryParse(string? text, out DateTimeOffset instant)
    {
        instant = default;
        if (text is null || !(text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 10))
            return false;
        if (!DateTimeOffset.TryParseExact(text, Accepted, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
            return false;
        instant = FromMilliseconds(parsed.ToUnixTimeMilliseconds());
        return true;
    }
}
