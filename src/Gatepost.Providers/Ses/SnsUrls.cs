using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Gatepost.Providers.Ses;

/// <summary>Which URLs inside an SNS message may be fetched. Judged as text: parsers disagree about user names, ports and backslashes.</summary>
internal static partial class SnsUrls
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(" \\#\r\n\t");

    /// <param name="region">Of the topic: the certificate must come from the same place.</param>
    /// <returns>The URL in its plain form; null when it must not be fetched.</returns>
    public static Uri? SigningCertificate(string url, string region) =>
        Ascii.IsValid(url) && CertificateUrl().Match(url) is { Success: true } match && Host(match.Groups[1].Value, match.Groups[2].Value) is { } host && host == Host(region)
            ? new Uri($"https://{host}/{match.Groups[3].Value}") : null;

    /// <summary>Whether the region is the topic's is another question.</summary>
    public static bool IsSigningCertificate(string url) =>
        Ascii.IsValid(url) && CertificateUrl().Match(url) is { Success: true } match && Host(match.Groups[1].Value, match.Groups[2].Value) is not null;

    /// <summary>The address that confirms a subscription: nothing else at the same host may be asked for.</summary>
    public static Uri? Confirmation(string url, string region) =>
        Ascii.IsValid(url) && !url.AsSpan().ContainsAny(Forbidden)
            && url.StartsWith($"https://{Host(region)}/?Action=ConfirmSubscription&", StringComparison.Ordinal)
            && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Host == Host(region) ? uri : null;

    /// <summary>The names that the signing certificate of a region may bear: those that were there first share one, later ones have their own.</summary>
    public static string[] CertificateNames(string region) => region switch
    {
        "cn-north-1" or "cn-northwest-1" => [$"sns-{region}.amazonaws.com.cn"],
        "us-gov-west-1" or "us-gov-east-1" => ["sns-us-gov-west-1.amazonaws.com"],
        _ => ["sns.amazonaws.com", $"sns-signing.{region}.amazonaws.com"],
    };

    private static string Host(string region) => $"sns.{region}.amazonaws.com{(IsChina(region) ? ".cn" : "")}";

    private static string? Host(string region, string suffix)
    {
        var lower = region.ToLowerInvariant();
        return IsChina(lower) == suffix.Length > 0 ? Host(lower) : null;
    }

    private static bool IsChina(string region) => region.StartsWith("cn-", StringComparison.Ordinal);

    [GeneratedRegex(@"\A(?i:https://sns\.([a-z0-9-]{3,32})\.amazonaws\.com(\.cn)?)(?::443)?/(SimpleNotificationService-[0-9a-f]{32}\.pem)\z", RegexOptions.CultureInvariant)]
    private static partial Regex CertificateUrl();
}
