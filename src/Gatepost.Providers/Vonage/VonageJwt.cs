using System.Security.Cryptography;

namespace Gatepost.Providers.Vonage;

/// <summary>The Messages API: a Bearer JWT that names the SHA-256 of the body. It signs neither the URL nor the headers.</summary>
internal static class VonageJwt
{
    private const int DefaultMaxAgeSeconds = 300;
    private const string Scheme = "Bearer ";

    public static bool IsIn(CallbackRequest request) => request.Headers.ContainsKey("Authorization");

    /// <exception cref="CallbackFormatException">A text of the token is no Unicode.</exception>
    public static Verification Verify(CallbackRequest request, CallbackContext context)
    {
        if (request.Header("Authorization") is not { } header || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return Verification.Refused("The authorization is no Bearer token.");
        var (claims, fault) = HmacJwt.Read(header[Scheme.Length..].Trim(), context.Credentials.Secrets, "HS256");
        if (fault is not null)
            return Verification.Refused(fault);
        if (claims.Text("iss") != "Vonage")
            return Verification.Refused("The JWT's issuer is not Vonage.");
        if (context.Credentials.ApiKey is { Length: > 0 } apiKey && claims.Text("api_key") != apiKey)
            return Verification.Refused("The JWT is for another API key.");
        // It never expires by itself.
        if (claims.Seconds("iat") is not { } issuedAt || !AgeLimit.Allows(issuedAt, context, DefaultMaxAgeSeconds))
            return Verification.Refused("The JWT's time is missing or too far from now.");
        if (!SecretComparer.AreEqual(claims.Text("payload_hash"), Convert.ToHexStringLower(SHA256.HashData(request.Body.Span))))
            return Verification.Refused("The JWT is for another body.");
        return claims.Text("jti") is { Length: > 0 } id
            ? Verification.Valid(replay: new ReplayGuard($"vonage-jti:{id}", 401, AgeLimit.Keep(context, DefaultMaxAgeSeconds)))
            : Verification.Refused("The JWT has no id.");
    }
}
