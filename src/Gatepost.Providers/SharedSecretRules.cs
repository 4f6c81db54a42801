using System.Text;

namespace Gatepost.Providers;

/// <summary>HTTP Basic (RFC 7617), Bearer (RFC 6750) and fixed headers: what the user told a provider to send.</summary>
internal static class SharedSecretRules
{
    public static bool HasBasic(CallbackRequest request, IReadOnlyList<BasicCredential> accepted)
    {
        if (Scheme(request, "Basic ") is not { } encoded)
            return false;
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
            return false;
        var given = Encoding.UTF8.GetString(bytes, 0, length);
        return SecretComparer.IsAny(given, [.. accepted.Where(b => b.Username.Length + b.Password.Length > 0).Select(b => $"{b.Username}:{b.Password}")]);
    }

    public static bool HasBearer(CallbackRequest request, IReadOnlyList<string> accepted) => SecretComparer.IsAny(Scheme(request, "Bearer "), accepted);

    public static bool HasHeader(CallbackRequest request, IReadOnlyList<HeaderCredential> accepted)
    {
        var found = false;
        foreach (var header in accepted)
            found |= SecretComparer.IsAny(request.Header(header.Name), [header.Value]);
        return found;
    }

    private static string? Scheme(CallbackRequest request, string scheme) =>
        request.Header("Authorization") is { } value && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? value[scheme.Length..].Trim() : null;
}
