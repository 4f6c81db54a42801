using System.Text.RegularExpressions;

namespace Gatepost.Callbacks;

/// <summary>The <c>user:password@</c> of a URL: some providers sign it, so it must be known, but neither kept in clear nor shown.</summary>
internal static partial class UrlPassword
{
    public const string Masked = "***";

    /// <returns>The URL without it, and it; null where there is none.</returns>
    public static (string Url, string? UserInfo) Split(string url) =>
        UserInfo().Match(url) is { Success: true } match ? (match.Groups[1].Value + url[match.Length..], match.Groups[2].Value) : (url, null);

    public static string Join(string url, string? userInfo)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        return userInfo is null || start < 3 ? url : $"{url[..start]}{userInfo}@{url[start..]}";
    }

    public static string Mask(string url) => Split(url) is (var bare, { }) ? Join(bare, Masked) : url;

    /// <summary>What a client read, changed and sent back: its mask stands for what is there.</summary>
    public static string? Unmask(string? url, string? present) =>
        url is not null && present is not null && Split(url) is (var bare, Masked) ? Join(bare, Split(present).UserInfo) : url;

    [GeneratedRegex("^([a-z]+://)([^/?#]*)@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex UserInfo();
}
