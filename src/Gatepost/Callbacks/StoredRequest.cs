using Gatepost.Providers;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Callbacks;

/// <summary>
/// A request as the inbox keeps it: without what proved its sender. Verification is never repeated on stored bytes, and parsing needs
/// none of it.
/// </summary>
internal static class StoredRequest
{
    /// <summary>A shorter credential could stand in any value by chance.</summary>
    private const int MinSecret = 8;

    private static readonly HashSet<string> Secret = new(StringComparer.OrdinalIgnoreCase) { "Authorization", "Proxy-Authorization", "Cookie" };

    /// <param name="credentials">Of the account: a header that it names is masked, and any value that holds one of its secrets.</param>
    public static CallbackRequest Of(CallbackRequest request, ProviderCredentials credentials)
    {
        var names = credentials.Headers.Select(header => header.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var secrets = Secrets(credentials).Where(secret => secret.Length >= MinSecret).ToList();
        return request with
        {
            Url = secrets.Aggregate(UrlPassword.Mask(request.Url), Erase),
            Headers = request.Headers.ToDictionary(
                h => h.Key, h => IsSecret(h.Key, names) ? (StringValues)UrlPassword.Masked : Erase(h.Value, secrets), StringComparer.OrdinalIgnoreCase),
        };
    }

    private static bool IsSecret(string name, HashSet<string> names) => Secret.Contains(name) || names.Contains(name);

    private static StringValues Erase(StringValues values, List<string> secrets) =>
        secrets.Count == 0 ? values : new StringValues([.. values.Select(value => secrets.Aggregate(value ?? "", Erase))]);

    private static string Erase(string text, string secret) => text
        .Replace(secret, UrlPassword.Masked, StringComparison.Ordinal).Replace(Uri.EscapeDataString(secret), UrlPassword.Masked, StringComparison.Ordinal);

    private static IEnumerable<string> Secrets(ProviderCredentials c) =>
    [
        .. c.Secrets, .. c.Tokens, .. c.OAuthTokens, .. c.Basic.Select(b => b.Password), .. c.Headers.Select(h => h.Value),
        .. new[] { c.VerifyToken, c.EmptyBatchSecret }.OfType<string>(),
    ];
}
