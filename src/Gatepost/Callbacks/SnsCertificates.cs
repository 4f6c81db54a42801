using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Egress;
using Gatepost.Providers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatepost.Callbacks;

/// <summary>
/// The signing certificates of SNS: from the configured folder, else downloaded through the egress guard and kept for a day.
/// The provider has checked the URL's host before it asks.
/// </summary>
internal sealed partial class SnsCertificates(EgressHandler egress, IOptions<CallbacksOptions> options, TimeProvider clock, ILogger<SnsCertificates> logger) : ICertificateSource
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxKept = 100;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Keep = TimeSpan.FromHours(24);
    private static readonly TimeSpan KeepFailure = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);

    public async ValueTask<X509Certificate2?> GetAsync(Uri url, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (kept.TryGetValue(url.AbsoluteUri, out var known) && now < known.Until)
            return known.Certificate;
        var certificate = await ReadFileAsync(url, cancellation).ConfigureAwait(false) ?? await DownloadAsync(url, cancellation).ConfigureAwait(false);
        if (kept.Count >= MaxKept)
            kept.Clear();
        kept[url.AbsoluteUri] = new Kept(certificate, now + (certificate is null ? KeepFailure : Keep));
        return certificate;
    }

    private async Task<X509Certificate2?> ReadFileAsync(Uri url, CancellationToken cancellation)
    {
        if (options.Value.CertificateDirectory is not { Length: > 0 } folder)
            return null;
        var path = Path.Combine(folder, Path.GetFileName(url.AbsolutePath));
        return File.Exists(path) ? Parse(await File.ReadAllTextAsync(path, cancellation).ConfigureAwait(false)) : null;
    }

    private async Task<X509Certificate2?> DownloadAsync(Uri url, CancellationToken cancellation)
    {
        try
        {
            using var deadline = new CancellationTokenSource(Deadline, clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
            using var request = new EgressRequest(HttpMethod.Get, url);
            using var response = await egress.SendAsync(request, both.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw new HttpRequestException($"The server answered {(int)response.StatusCode}.");
            using var stream = await response.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
            var buffer = new byte[MaxBytes];
            var read = await stream.ReadAtLeastAsync(buffer, MaxBytes, throwOnEndOfStream: false, both.Token).ConfigureAwait(false);
            return Parse(System.Text.Encoding.ASCII.GetString(buffer, 0, read));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            Log.NotDownloaded(logger, e, url.Host);
            return null;
        }
    }

    private X509Certificate2? Parse(string pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException e)
        {
            Log.NotReadable(logger, e);
            return null;
        }
    }

    private sealed record Kept(X509Certificate2? Certificate, DateTimeOffset Until);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A signing certificate of SNS could not be downloaded from {Host}; in a closed network set Gatepost__Callbacks__CertificateDirectory")]
        public static partial void NotDownloaded(ILogger logger, Exception e, string host);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A signing certificate of SNS is no PEM certificate")]
        public static partial void NotReadable(ILogger logger, Exception e);
    }
}

/// <summary>A certificate that was given with the account; read once, which takes longer than to check a signature.</summary>
internal sealed class PinnedCertificate(string pem) : ICertificateSource
{
    private readonly Lazy<X509Certificate2?> certificate = new(() => Parse(pem));

    public static bool IsReadable(string pem)
    {
        using var certificate = Parse(pem);
        return certificate is not null;
    }

    public ValueTask<X509Certificate2?> GetAsync(Uri url, CancellationToken cancellation) => ValueTask.FromResult(certificate.Value);

    private static X509Certificate2? Parse(string pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
