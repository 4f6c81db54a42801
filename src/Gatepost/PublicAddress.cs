namespace Gatepost;

/// <summary>The public address of this server, for links in what it writes.</summary>
internal sealed class PublicAddress
{
    /// <summary>With its path prefix if any; empty when it is not configured.</summary>
    public string? BaseUrl { get; set; }

    /// <param name="path">Begins with a slash.</param>
    /// <returns>The whole URL, or the path alone where the address is not known.</returns>
    public string Link(string path) => BaseUrl?.TrimEnd('/') + path;
}
