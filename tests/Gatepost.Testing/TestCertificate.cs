using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Testing;

/// <summary>A certificate for loopback unless told otherwise, as PEM files in a folder of its own. It signed itself, unless an issuer is named.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatepost-").FullName;

    /// <param name="name">The host name that it is for, beside none of ours where a mismatch is wanted.</param>
    /// <param name="years">How long after 1970 it is valid.</param>
    /// <param name="purpose">OID of the one extended key usage that it is for; null is for any.</param>
    /// <param name="issuerUrl">Where it says that its issuer's certificate is to be had. Nobody has it.</param>
    public TestCertificate(string name = "localhost", int years = 100, string? purpose = null, Uri? issuerUrl = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost")
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        if (purpose is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        using var certificate = issuerUrl is null
            ? request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(years))
            : Issue(request, issuerUrl, DateTimeOffset.UnixEpoch.AddYears(years));
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
    }

    public string CertificatePath => Path.Combine(folder, "certificate.pem");

    public string KeyPath => Path.Combine(folder, "key.pem");

    /// <summary>With its private key, as a server needs it.</summary>
    public X509Certificate2 Load() => X509Certificate2.CreateFromPemFile(CertificatePath, KeyPath);

    private static X509Certificate2 Issue(CertificateRequest request, Uri issuerUrl, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([], [issuerUrl.AbsoluteUri]));
        return request.Create(new X500DistinguishedName("CN=Nobody"), X509SignatureGenerator.CreateForECDsa(key), DateTimeOffset.UnixEpoch, until, [1]);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
