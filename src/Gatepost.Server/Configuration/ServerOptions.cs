namespace Gatepost.Server.Configuration;

/// <summary>What belongs to the process as a whole; bound at the root of the configuration.</summary>
internal sealed class ServerOptions
{
    /// <summary>The instance key of a first start, at least 32 characters; empty makes one and prints it once.</summary>
    public string? BootstrapKey { get; set; }

    /// <summary>Base64 of 32 bytes each, the current key first, older ones still decrypt; empty uses a key file in the data directory.</summary>
    public List<string> MasterKeys { get; set; } = [];

    /// <summary>The public address that providers call and links point to, with its path prefix if any.</summary>
    public string? PublicBaseUrl { get; set; }

    /// <summary>Addresses or CIDRs of proxies whose forwarded headers count.</summary>
    public List<string> KnownProxies { get; set; } = [];

    public IEnumerable<string> Faults()
    {
        if (BootstrapKey is { Length: > 0 and < Organizations.ApiKeys.MinBootstrapLength })
            yield return $"Gatepost__BootstrapKey needs at least {Organizations.ApiKeys.MinBootstrapLength} characters; make one with: openssl rand -hex 32";
        // A line break at its end, say, comes with a key read from a file, and no request could ever present it.
        else if (BootstrapKey is { Length: > 0 } key && (key.Length > Organizations.ApiKeys.MaxLength || !key.All(c => c is > ' ' and <= '~')))
            yield return $"Gatepost__BootstrapKey may hold at most {Organizations.ApiKeys.MaxLength} characters, visible ASCII only and no blanks; a request header carries it.";
        foreach (var (master, i) in MasterKeys.Select((k, i) => (k, i)))
        {
            if (!Convert.TryFromBase64String(master.Trim(), new byte[48], out var length) || length != 32)
                yield return $"Gatepost__MasterKeys__{i} must be base64 of exactly 32 bytes; make one with: openssl rand -base64 32";
        }

        if (PublicBaseUrl is { Length: > 0 } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            yield return $"Gatepost__PublicBaseUrl '{url}' must be an absolute http or https URL.";
        foreach (var (proxy, i) in KnownProxies.Select((p, i) => (p, i)))
        {
            if (Egress.EgressOptions.ParseNetwork(proxy) is null)
                yield return $"Gatepost__KnownProxies__{i} '{proxy}' must be an address or a CIDR.";
        }
    }
}
