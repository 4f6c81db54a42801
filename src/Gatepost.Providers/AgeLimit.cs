using System.Globalization;

namespace Gatepost.Providers;

/// <summary>How far from now the signed instant of a request may be, before or after.</summary>
internal static class AgeLimit
{
    /// <summary>9999-12-31.</summary>
    private const long LastSecond = 253_402_300_799;

    /// <param name="byDefault">The provider's limit in seconds, where the account has none of its own.</param>
    public static bool Allows(long unixSeconds, CallbackContext context, int byDefault)
    {
        if (unixSeconds is < 0 or > LastSecond)
            return false;
        var limit = context.Credentials.MaxAgeSeconds ?? byDefault;
        return limit == int.MaxValue || Math.Abs(context.Now.ToUnixTimeSeconds() - unixSeconds) <= limit;
    }

    /// <summary>Whole seconds, written with digits alone.</summary>
    public static bool TryRead(string? text, out long unixSeconds) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out unixSeconds);

    /// <summary>How long a nonce must be remembered: as long as its request passes the age limit, a day at least and 30 days at most.</summary>
    public static TimeSpan Keep(CallbackContext context, int byDefault) =>
        TimeSpan.FromSeconds(Math.Clamp(2L * (context.Credentials.MaxAgeSeconds ?? byDefault), 86_400, 2_592_000));
}
