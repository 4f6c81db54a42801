using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Providers.Ses;

/// <summary>RSA PKCS#1 v1.5 with the key of a certificate that SNS names, SHA-1 (version 1) or SHA-256 (version 2).</summary>
internal static class SnsSignature
{
    /// <returns>Null when SNS of this region may sign with it now.</returns>
    public static string? CertificateFault(X509Certificate2 certificate, string region, DateTimeOffset now)
    {
        if (now < certificate.NotBefore.ToUniversalTime() || now > certificate.NotAfter.ToUniversalTime())
            return "The certificate is not valid at this time.";
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames());
        return names.Intersect(SnsUrls.CertificateNames(region), StringComparer.OrdinalIgnoreCase).Any() ? null : "The certificate is not one of SNS.";
    }

    public static bool Matches(SnsMessage message, X509Certificate2 certificate)
    {
        var signature = new byte[message.Signature.Length];
        if (Algorithm(message) is not { } hash || !Convert.TryFromBase64String(message.Signature, signature, out var length))
            return false;
        try
        {
            using var key = certificate.GetRSAPublicKey();
            return key is not null && key.VerifyData(message.SignedOctets(), signature.AsSpan(0, length), hash, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            // Some systems forbid SHA-1: there only version 2 can be verified.
            return false;
        }
    }

    /// <returns>Null for a version that nobody knows.</returns>
    public static HashAlgorithmName? Algorithm(SnsMessage message) => message.SignatureVersion switch
    {
        "1" => HashAlgorithmName.SHA1,
        "2" => HashAlgorithmName.SHA256,
        _ => null,
    };
}
