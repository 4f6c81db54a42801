using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Egress;

/// <summary>Judges a receiver's certificate, with extra roots where configured, and says in words what is wrong with it.</summary>
internal sealed class CertificatePolicy
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1"; // RFC 5280 4.2.1.12
    private readonly X509Certificate2Collection extraRoots = [];

    public CertificatePolicy(string? trustedCertificates)
    {
        if (!string.IsNullOrEmpty(trustedCertificates))
            extraRoots.ImportFromPemFile(trustedCertificates);
    }

    /// <summary>
    /// Nothing is fetched to judge a certificate: the receiver would choose the address (RFC 5280 4.2.2.1), past the guard, and hold a
    /// thread up for as long as it likes.
    /// </summary>
    public static X509ChainPolicy Offline() => new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };

    /// <exception cref="CertificateRefusedException">It is not trusted; the handler wraps this, the classifier finds it.</exception>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (certificate is not X509Certificate2 leaf)
            throw new CertificateRefusedException(CertificateFault.Untrusted, "The server sent no certificate.");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            var name = (sender as SslStream)?.TargetHostName;
            throw new CertificateRefusedException(CertificateFault.NameMismatch, $"The certificate ({leaf.Subject}) is not for {name}.");
        }

        if (extraRoots.Count > 0 && chain is not null && IsTrustedByExtraRoots(leaf, chain))
            return true;
        throw Refuse(leaf, chain);
    }

    private bool IsTrustedByExtraRoots(X509Certificate2 leaf, X509Chain presented)
    {
        using var chain = new X509Chain { ChainPolicy = Offline() };
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.CustomTrustStore.AddRange(extraRoots);
        foreach (var element in presented.ChainElements)
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(leaf);
    }

    private static CertificateRefusedException Refuse(X509Certificate2 leaf, X509Chain? chain)
    {
        var flags = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status) ?? X509ChainStatusFlags.NoError;
        if (flags.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return new CertificateRefusedException(
                CertificateFault.Expired,
                string.Create(CultureInfo.InvariantCulture, $"The certificate is valid from {leaf.NotBefore.ToUniversalTime():yyyy-MM-dd} to {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd} only."));
        }

        return new CertificateRefusedException(CertificateFault.Untrusted, $"The certificate ({leaf.Subject}, issued by {leaf.Issuer}) is not trusted.");
    }
}
