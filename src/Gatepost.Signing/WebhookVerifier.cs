using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Signing;

/// <summary>What a verification found. Answer 401 to all but <see cref="None"/>.</summary>
public enum VerificationFailure
{
    /// <summary>The signature is right.</summary>
    None,

    /// <summary>The header is not there: the webhook has no secret, or a proxy dropped it.</summary>
    Missing,

    /// <summary>The header does not start with <c>sha256=</c>.</summary>
    UnsupportedAlgorithm,

    /// <summary>What follows <c>sha256=</c> is not 64 hex digits.</summary>
    Malformed,

    /// <summary>Well-formed, but not of this body with any of these secrets.</summary>
    Mismatch,
}

/// <summary>The outcome of a verification.</summary>
/// <param name="Failure"><see cref="VerificationFailure.None"/> when the signature is right.</param>
public readonly record struct VerificationResult(VerificationFailure Failure)
{
    /// <summary>Whether the request came from someone who knows a secret, with the body unchanged.</summary>
    public bool IsValid => Failure == VerificationFailure.None;

    /// <summary>The failure and its likely cause in a sentence; empty when valid.</summary>
    public string Reason => Failure switch
    {
        VerificationFailure.None => "",
        VerificationFailure.Missing => "There is no X-Webhook-Signature header: has the webhook a secret, and does a proxy drop headers?",
        VerificationFailure.UnsupportedAlgorithm => "The signature does not start with sha256=.",
        VerificationFailure.Malformed => "The signature is not sha256= and 64 hex digits; was it cut or joined with another?",
        _ => "The signature is of another body or another secret. Verify the raw bytes, before any framework parses and re-serialises them.",
    };
}

/// <summary>
/// Verifies the signatures of received webhooks, in constant time, against one or several secrets. Safe for concurrent use:
/// make one and keep it.
/// </summary>
/// <example>
/// <code>
/// var verifier = new WebhookVerifier(newSecret, oldSecret); // one secret is enough when none is being rotated
/// var result = verifier.Verify(rawBody, request.Headers[WebhookSignature.Header]);
/// if (!result.IsValid)
///     return Results.Problem(result.Reason, statusCode: 401);
/// </code>
/// </example>
public sealed class WebhookVerifier
{
    private const int MinLength = 16;
    private const int MaxLength = 500;
    private readonly byte[][] keys;

    /// <summary>Makes a verifier for one webhook.</summary>
    /// <param name="secrets">The webhook's secret, 16-500 characters; several while a secret is being rotated.</param>
    /// <exception cref="ArgumentException">There is no secret, or one has a length that no webhook can have.</exception>
    public WebhookVerifier(params IReadOnlyList<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        if (secrets.Count == 0)
            throw new ArgumentException("At least one secret is needed.", nameof(secrets));
        if (secrets.Any(s => s is null || CountCharacters(s) is < MinLength or > MaxLength))
            throw new ArgumentException($"A secret has {MinLength}-{MaxLength} characters; is the right setting read?", nameof(secrets));
        keys = [.. secrets.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Verifies one request. It never throws: whatever a stranger sends has a <see cref="VerificationFailure"/>.</summary>
    /// <param name="body">The raw bytes as received, before anything parsed them.</param>
    /// <param name="signature">The value of <see cref="WebhookSignature.Header"/>, null when absent. Hex digits may be of either case.</param>
    /// <returns>Valid, or why not.</returns>
    public VerificationResult Verify(ReadOnlySpan<byte> body, string? signature)
    {
        if (string.IsNullOrEmpty(signature))
            return new(VerificationFailure.Missing);
        if (!signature.StartsWith(WebhookSignature.Prefix, StringComparison.Ordinal))
            return new(VerificationFailure.UnsupportedAlgorithm);
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var hex = signature.AsSpan(WebhookSignature.Prefix.Length);
        if (hex.Length != WebhookSignature.HexLength || Convert.FromHexString(hex, given, out _, out _) != System.Buffers.OperationStatus.Done)
            return new(VerificationFailure.Malformed);
        return new(Matches(body, given) ? VerificationFailure.None : VerificationFailure.Mismatch);
    }

    // As the server counts: a pair of surrogates is one.
    private static int CountCharacters(string secret) => secret.Length - secret.Count(char.IsLowSurrogate);

    // Every key is tried, so that the time does not tell which one matched.
    private bool Matches(ReadOnlySpan<byte> body, ReadOnlySpan<byte> given)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var found = false;
        foreach (var key in keys)
        {
            HMACSHA256.HashData(key, body, mac);
            found |= CryptographicOperations.FixedTimeEquals(mac, given);
        }

        return found;
    }
}
