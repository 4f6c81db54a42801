using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Providers;

/// <summary>What verifying needs beside the request.</summary>
public sealed record CallbackContext
{
    public required ProviderCredentials Credentials { get; init; }

    /// <summary>For ages and certificates; UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Where SNS signing certificates come from.</summary>
    public ICertificateSource? Certificates { get; init; }
}

/// <summary>Fetches (and caches) a signing certificate. The URL's host was checked before.</summary>
public interface ICertificateSource
{
    /// <returns>Null when it cannot be had.</returns>
    ValueTask<X509Certificate2?> GetAsync(Uri url, CancellationToken cancellation);
}
