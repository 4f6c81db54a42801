using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Egress;

/// <summary>Exceptions to the guard, for development and closed networks; all off by default and printed as a warning at start.</summary>
internal sealed class EgressOptions
{
    public const string SectionName = "Egress";

    /// <summary>CIDRs (or single addresses) that may be connected to although private.</summary>
    public List<string> AllowedNetworks { get; set; } = [];

    /// <summary>Hosts, exact or <c>*.suffix</c>, whose names are accepted although internal; their addresses must still be public or allowed.</summary>
    public List<string> AllowedHosts { get; set; } = [];

    /// <summary>Also accept <c>http://</c>.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>PEM file of extra root certificates to trust.</summary>
    public string? TrustedCertificates { get; set; }

    public IEnumerable<string> Faults()
    {
        foreach (var (network, i) in AllowedNetworks.Select((n, i) => (n, i)))
        {
            if (ParseNetwork(network) is null)
                yield return $"Gatepost__Egress__AllowedNetworks__{i} '{network}' is not a network; write it like 10.20.0.0/16 or fd12::/48.";
        }

        if (TrustedCertificates is { Length: > 0 } path && !File.Exists(path))
            yield return $"Gatepost__Egress__TrustedCertificates: there is no file '{path}'.";
        else if (TrustedCertificates is { Length: > 0 } file && !HoldsCertificates(file))
            yield return $"Gatepost__Egress__TrustedCertificates: '{file}' holds no certificates in PEM form.";
    }

    private static bool HoldsCertificates(string path)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(path);
            return certificates.Count > 0;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A bare address means that address alone.</summary>
    public static IPNetwork? ParseNetwork(string text)
    {
        if (IPAddress.TryParse(text, out var address))
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return IPNetwork.TryParse(text, out var network) ? network : null;
    }
}
