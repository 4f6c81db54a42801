using System.Runtime.CompilerServices;
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

    // Made once for an account's credentials: each of its requests is looked through.
    private static readonly ConditionalWeakTable<ProviderCredentials, Mask> Masks = [];

    /// <param name="credentials">Of the account: a header that it names is masked, and any value that holds one of its secrets.</param>
    public static CallbackRequest Of(CallbackRequest request, ProviderCredentials credentials)
    {
        var mask = Masks.GetValue(credentials, static c => new Mask(c));
        return request with
        {
            Url = mask.Erase(UrlPassword.Mask(request.Url)),
            Headers = request.Headers.Any(mask.Hits)
                ? request.Headers.ToDictionary(h => h.Key, mask.Erase, StringComparer.OrdinalIgnoreCase)
                : request.Headers,
        };
    }

    private sealed class Mask(ProviderCredentials credentials)
    {
        private readonly HashSet<string> names = new([.. Secret, .. credentials.Headers.Select(header => header.Name)], StringComparer.OrdinalIgnoreCase);

        private readonly string[] needles = [.. Secrets(credentials).Where(secret => secret.Length >= MinSecret)
            .SelectMany(secret => new[] { secret, Uri.EscapeDataString(secret) }).Distinct()];

        public bool Hits(KeyValuePair<string, StringValues> header) =>
            names.Contains(header.Key) || (needles.Length > 0 && header.Value.Any(value => value is not null && needles.Any(needle => value.Contains(needle, StringComparison.Ordinal))));

        public StringValues Erase(KeyValuePair<string, StringValues> header) =>
            names.Contains(header.Key) ? UrlPassword.Masked : new StringValues([.. header.Value.Select(value => Erase(value ?? ""))]);

        public string Erase(string text) => needles.Aggregate(text, (shorter, needle) => shorter.Replace(needle, UrlPassword.Masked, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Secrets(ProviderCredentials c) =>
    [
        .. c.Secrets, .. c.Tokens, .. c.OAuthTokens, .. c.Basic.Select(b => b.Password), .. c.Headers.Select(h => h.Value),
        .. new[] { c.VerifyToken, c.EmptyBatchSecret }.OfType<string>(),
    ];
}
